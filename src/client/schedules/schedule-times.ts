import type { ScheduleSpecDescription } from '@temporalio/client';
import { DAYS_OF_WEEK, MONTHS } from '@temporalio/client';
import { onceAt } from './schedule-calendars';
import type { ScheduleView } from './schedule-view';

type Calendar = NonNullable<ScheduleSpecDescription['calendars']>[number];

const MINUTE_MS = 60_000;
/** By then after a fire the schedule has started the run, or says that it waits; in milliseconds. */
export const SETTLED_MS = 5000;

/** Whether a schedule may fire at a second, in milliseconds since 1970, jitter aside. Cron knows whole minutes only. */
export function isFireTime({ every, offset = 0 }: ScheduleView, second: number): boolean {
  if (every === undefined) return second % MINUTE_MS === 0;
  return (second / 1000 - offset) % every === 0;
}

/** The fire time that a run is known by, from the time with jitter at which it is due. */
export function nominalTime(view: ScheduleView, spec: ScheduleSpecDescription, due: number): Date {
  const { every, offset = 0, jitter = 0 } = view;
  if (every !== undefined) {
    return new Date((Math.floor((due / 1000 - offset) / every) * every + offset) * 1000);
  }
  const minute = Math.floor(due / MINUTE_MS) * MINUTE_MS;
  // Jitter never reaches the next fire, so the last one is it.
  for (let time = minute; time > due - jitter * 1000 - MINUTE_MS; time -= MINUTE_MS) {
    if (spec.intervals?.some((interval) => onceAt(interval) === time)) return new Date(time);
    if (spec.calendars?.some((calendar) => fits(calendar, time, spec.timezone || 'UTC'))) return new Date(time);
  }
  return new Date(minute);
}

const formats = new Map<string, Intl.DateTimeFormat>();

function fits(calendar: Calendar, time: number, timeZone: string): boolean {
  const format = formats.get(timeZone) ?? newFormat(timeZone);
  formats.set(timeZone, format);
  const parts = Object.fromEntries(format.formatToParts(time).map(({ type, value }) => [type, value]));
  const weekday = DAYS_OF_WEEK.findIndex((day) => day.startsWith(String(parts.weekday).toUpperCase()));
  return (
    within(calendar.minute, Number(parts.minute)) &&
    within(calendar.hour, Number(parts.hour)) &&
    within(calendar.dayOfMonth, Number(parts.day)) &&
    within(calendar.month, Number(parts.month), (name) => MONTHS.indexOf(name) + 1) &&
    (calendar.year.length === 0 || within(calendar.year, Number(parts.year))) &&
    within(calendar.dayOfWeek, weekday, (name) => DAYS_OF_WEEK.indexOf(name))
  );
}

function newFormat(timeZone: string): Intl.DateTimeFormat {
  const digits = { year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric' } as const;
  return new Intl.DateTimeFormat('en-US', { timeZone, hourCycle: 'h23', weekday: 'short', ...digits });
}

function within<Unit>(
  ranges: readonly { start: Unit; end: Unit; step: number }[],
  value: number,
  numberOf: (unit: Unit) => number = Number,
): boolean {
  return ranges.some(({ start, end, step }) => {
    const from = numberOf(start);
    return value >= from && value <= numberOf(end) && (value - from) % Math.max(1, step) === 0;
  });
}
