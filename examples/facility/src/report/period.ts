import { Cron } from 'croner';
import type { FREQUENCIES } from '../database/schema';

/** What a report is about: from an instant on, up to another one that is not in it. */
export interface Period {
  from: Date;
  to: Date;
}

/** When a report is made, and in which zone its days begin. */
export interface Rhythm {
  frequency: (typeof FREQUENCIES)[number];
  workingDays: number;
  timeZone: string;
}

const MIDNIGHT = '0 0 * * *';
const MONDAY = '0 0 * * 1';
const FIRST_OF_MONTH = '0 0 1 * *';

/**
 * The newest period that is over: yesterday; the last week from Monday to Sunday; the last calendar month; the last day
 * from Monday to Friday, or to Saturday with 6 working days. Days begin at midnight of the zone, or when its clock goes
 * on after a midnight that it leaves out, so they may have 23 or 25 hours.
 * @throws TypeError for a zone that nobody knows.
 */
export function lastPeriod(rhythm: Rhythm, now: Date): Period {
  const { begins, ends } = boundariesOf(rhythm);
  const { timeZone: timezone } = rhythm;
  const end = new Cron(ends, { timezone });
  // The newest one may not be over yet, and the search leaves its own instant out.
  const starts = new Cron(begins, { timezone }).previousRuns(2, new Date(now.getTime() + 1));
  const periods = starts.map((from) => ({ from, to: end.nextRun(from) as Date }));
  return periods.find(({ to }) => to <= now) as Period;
}

function boundariesOf({ frequency, workingDays }: Rhythm): { begins: string; ends: string } {
  if (frequency === 'weekly') return { begins: MONDAY, ends: MONDAY };
  if (frequency === 'monthly') return { begins: FIRST_OF_MONTH, ends: FIRST_OF_MONTH };
  return { begins: frequency === 'daily' ? MIDNIGHT : `0 0 * * 1-${workingDays}`, ends: MIDNIGHT };
}

/** The next time that a zone's clock shows a time of day, `HH:MM`, after an instant. */
export function nextTimeOfDay(time: string, timeZone: string, after: Date): Date {
  const [hour, minute] = time.split(':').map(Number);
  return new Cron(`${minute} ${hour} * * *`, { timezone: timeZone }).nextRun(after) as Date;
}

/**
 * A period as people name it: `2030-01-31`, `2030-01-01 to 2030-01-31`, or with times of day where it is not of whole
 * days.
 */
export function shownPeriod({ from, to }: Period, clock: (time: Date) => string): string {
  const [first, last] = limitsOf({ from, to }, clock);
  return first === last ? first : `${first} to ${last}`;
}

/** The same as a part of a file name. */
export function periodInFileName(period: Period, clock: (time: Date) => string): string {
  const [first, last] = limitsOf(period, clock).map((text) => text.replace(' ', 'T').replace(':', '-'));
  return first === last ? `${first}` : `${first}_${last}`;
}

function limitsOf({ from, to }: Period, clock: (time: Date) => string): [string, string] {
  const ofWholeDays = [from, to].every((time) => clock(time).endsWith(' 00:00:00'));
  if (!ofWholeDays) return [clock(from).slice(0, 16), clock(to).slice(0, 16)];
  return [clock(from).slice(0, 10), clock(new Date(to.getTime() - 1)).slice(0, 10)];
}
