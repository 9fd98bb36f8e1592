import { Cron } from 'croner';

const formats = new Map<string, Intl.DateTimeFormat>();

/** How many minutes a zone is east of Greenwich at a time. */
export function minutesEast(timeZone: string, at: Date): number {
  const format = formats.get(timeZone) ?? new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'longOffset' });
  formats.set(timeZone, format);
  const name = format.formatToParts(at).find(({ type }) => type === 'timeZoneName')?.value ?? '';
  const [, sign = '+', hours = '0', minutes = '0'] = /GMT([+-])(\d\d):(\d\d)/.exec(name) ?? [];
  return Number(`${sign}1`) * (Number(hours) * 60 + Number(minutes));
}

/** The time of day in a zone: `HH:MM`. */
export function timeOfDay(timeZone: string, at: Date): string {
  return new Date(at.getTime() + minutesEast(timeZone, at) * 60_000).toISOString().slice(11, 16);
}

/** Begins of a zone's days up to a time: the day of that time first. */
export function dayBegins(timeZone: string, at: Date, count: number): Date[] {
  // The search leaves its beginning out, and works in whole seconds.
  return new Cron('0 0 * * *', { timezone: timeZone }).previousRuns(count, new Date(at.getTime() + 1000));
}
