import ms from 'ms';

/** A time as people write it, `'90s'`, `'1.5h'`, `'1d'`, or as a number of seconds. */
export type Duration = number | `${number}${'ms' | 's' | 'm' | 'h' | 'd' | 'w'}`;

/** Seconds of a duration. @throws TypeError that says what was expected, and where. */
export function seconds(duration: Duration, name: string): number {
  const value = typeof duration === 'number' ? duration : parsed(duration);
  if (Number.isFinite(value) && value >= 0) return value;
  throw new TypeError(
    `${name} is ${JSON.stringify(duration)}: expected seconds, or a text such as '30s', '5m', '2h', '1d'.`,
  );
}

/** The library throws for an empty text, and has no answer for other nonsense. */
function parsed(text: string): number {
  return text === '' ? Number.NaN : (ms(text as Exclude<Duration, number>) ?? Number.NaN) / 1000;
}
