import { Cron } from 'croner';
import { offsetsOf } from '../offset';

const offsets = new Map<string, (time: Date) => number>();

/** How many minutes a zone is east of Greenwich at a time. */
export function minutesEast(timeZone: string, at: Date): number {
  const offset = offsets.get(timeZone) ?? offsetsOf(timeZone);
  offsets.set(timeZone, offset);
  return offset(at);
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
