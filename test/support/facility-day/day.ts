import { facilitySchedules } from '../../../src/facility/schedules';

export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** How often each type runs on a day of the pack's schedules, by issue 7. */
export const RUNS: Readonly<Record<string, number>> = {
  'jobs.autoclose': 48,
  'tickets.escalate': 48,
  'ppm.create': 2,
  'reminders.send': 3,
  'reports.create': 96,
  'reports.mail': 53,
};

const MAIL_INTERVAL = 27 * MINUTE;
/** After midnight the server's own clock needs some seconds to be done with the day. */
const SETTLED = 10 * MINUTE;

/** A day that is over, in UTC. Nothing that is due on it is still to come, whatever clock an item goes by. */
export class PastDay {
  /**
   * The latest one that begins between two fires of a 27-minute interval, and so holds 53 of them. A day that begins
   * with a fire, as every third one does, holds 54.
   * @param before So many such days before that one.
   */
  static latest(before = 0): PastDay {
    let begin = Math.floor((Date.now() - SETTLED) / DAY) * DAY - DAY;
    for (let left = before; left > 0 || begin % MAIL_INTERVAL === 0; begin -= DAY) {
      if (begin % MAIL_INTERVAL !== 0) left--;
    }
    return new PastDay(begin);
  }

  private constructor(private readonly begin: number) {}

  get date(): string {
    return this.at(0).toISOString().slice(0, 10);
  }

  /** A time so many hours after the day's begin. */
  at(hours: number): Date {
    return new Date(this.begin + hours * HOUR);
  }

  /** The day in parts of equal length, as ranges with both ends included. */
  parts(count: number): { from: Date; to: Date }[] {
    const hours = 24 / count;
    return Array.from({ length: count }, (_, index) => ({
      from: this.at(index * hours),
      to: new Date(this.at((index + 1) * hours).getTime() - SECOND),
    }));
  }
}

/** The pack's own schedules of the types that are there. They rest, so that the test alone says which times run. */
export function restingSchedules(types: readonly string[]) {
  return facilitySchedules.filter(({ type }) => types.includes(type)).map((order) => ({ ...order, paused: true }));
}
