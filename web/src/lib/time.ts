import { texts } from '../texts';

const UNITS: readonly [seconds: number, short: string][] = [
  [86_400, 'd'],
  [3600, 'h'],
  [60, 'min'],
  [1, 's'],
];

const exactFormat = new Intl.DateTimeFormat('en-GB', {
  dateStyle: 'medium',
  timeStyle: 'long',
});

/** `3 min ago`, `in 2 h`; `now` within five seconds. */
export function relative(at: Date, now: number): string {
  const seconds = Math.round((at.getTime() - now) / 1000);
  if (Math.abs(seconds) < 5) return texts.parts.now;
  const [size, unit] = UNITS.find(([size]) => Math.abs(seconds) >= size) ?? (UNITS[3] as (typeof UNITS)[number]);
  const span = `${Math.trunc(Math.abs(seconds) / size)} ${unit}`;
  return seconds < 0 ? texts.parts.ago(span) : texts.parts.ahead(span);
}

/** With the date, seconds and zone, for hovering and copying. */
export function exact(at: Date): string {
  return exactFormat.format(at);
}

const clockFormat = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });
const dayFormat = new Intl.DateTimeFormat('en-GB', { weekday: 'short', hour: '2-digit', minute: '2-digit' });
const dateFormat = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
});
const yearFormat = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric' });
const WEEK_MS = 7 * 86_400_000;
const HALF_A_YEAR_MS = 183 * 86_400_000;

/** `17:24` of today, `Tue 06:00` of the days around, `4 Jan, 06:00` of others, `4 Jan 2028` of other years. */
export function clock(at: Date, now: number): string {
  if (at.toDateString() === new Date(now).toDateString()) return clockFormat.format(at);
  const away = Math.abs(at.getTime() - now);
  const isOfAnotherYear = away > HALF_A_YEAR_MS && at.getFullYear() !== new Date(now).getFullYear();
  if (isOfAnotherYear) return yearFormat.format(at);
  return (away < WEEK_MS - 86_400_000 ? dayFormat : dateFormat).format(at);
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
