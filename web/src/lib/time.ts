const UNITS: readonly [seconds: number, short: string, long: Intl.RelativeTimeFormatUnit][] = [
  [86_400, 'd', 'day'],
  [3600, 'h', 'hour'],
  [60, 'min', 'minute'],
  [1, 's', 'second'],
];

const exactFormat = new Intl.DateTimeFormat('en-GB', {
  dateStyle: 'medium',
  timeStyle: 'long',
});
const relativeFormat = new Intl.RelativeTimeFormat('en', { numeric: 'always', style: 'short' });

/** `3 min ago`, `in 2 h`; `now` within five seconds. */
export function relative(at: Date, now: number): string {
  const seconds = Math.round((at.getTime() - now) / 1000);
  if (Math.abs(seconds) < 5) return 'now';
  const [size, , unit] = UNITS.find(([size]) => Math.abs(seconds) >= size) ?? (UNITS[3] as (typeof UNITS)[number]);
  return relativeFormat.format(Math.trunc(seconds / size), unit);
}

/** With the date, seconds and zone, for hovering and copying. */
export function exact(at: Date): string {
  return exactFormat.format(at);
}

/** `850 ms`, `4.2 s`, `3 min 10 s`, `2 h 5 min`, `4 d 3 h`. */
export function duration(seconds: number | undefined): string {
  if (seconds === undefined || !Number.isFinite(seconds)) return '–';
  if (seconds < 1) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 10) return `${Number(seconds.toFixed(1))} s`;
  const index = UNITS.findIndex(([size]) => seconds >= size);
  const [size, short] = UNITS[index] ?? [1, 's'];
  const whole = Math.floor(seconds / size);
  const [restSize, restShort] = UNITS[index + 1] ?? [0, ''];
  const rest = restSize ? Math.floor((seconds % size) / restSize) : 0;
  return rest > 0 ? `${whole} ${short} ${rest} ${restShort}` : `${whole} ${short}`;
}
