import { facilitySchedules } from '../../../examples/facility/src/schedules';

export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

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
/** What the server's own clock needs at most to be done with a time, and some of ours. */
const SETTLED = 10 * MINUTE;

/**
 * The 24 hours that have just passed. Nothing that is due in them is still to come, whatever clock an item goes by, and
 * what is due in the second half is not given up yet.
 */
export class PastDay {
  /** It begins just after a fire of a 27-minute interval, and so holds 53 of them; others hold 53 or 54. */
  static latest(): PastDay {
    return new PastDay(Math.floor((Date.now() - SETTLED - DAY) / MAIL_INTERVAL) * MAIL_INTERVAL);
  }

  private constructor(private readonly begin: number) {}

  get name(): string {
    return `the day to ${this.at(24).toISOString().slice(0, 16)}`;
  }

  /** A time so many hours after the day's begin. */
  at(hours: number): Date {
    return new Date(this.begin + hours * HOUR);
  }

  /** The day in parts of equal length, as ranges with both ends included. */
  parts(count: number): { from: Date; to: Date }[] {
    const hours = 24 / count;
    return Array.from({ length: count }, (_, index) => ({
      from: new Date(this.at(index * hours).getTime() + SECOND),
      to: this.at((index + 1) * hours),
    }));
  }

  /** Full minutes of the day that are these of their hour. */
  minutes(ofHour: readonly number[]): Date[] {
    return Array.from({ length: DAY / MINUTE }, (_, index) => new Date(this.begin + (index + 1) * MINUTE)).filter(
      (time) => ofHour.includes(time.getUTCMinutes()),
    );
  }
}

/** The pack's own schedules of the types that are there. They rest, so that the test alone says which times run. */
export function restingSchedules(types: readonly string[]) {
  return facilitySchedules.filter(({ type }) => types.includes(type)).map((order) => ({ ...order, paused: true }));
}
