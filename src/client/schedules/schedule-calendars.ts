import {
  type CalendarSpec,
  DAYS_OF_WEEK,
  MONTHS,
  type ScheduleSpec,
  type ScheduleSpecDescription,
} from '@temporalio/client';
import { type CronFields, cronFields } from '../../tasks/cron';
import { type ChangedNight, changedNights, type RepeatedHour, repeatedHours } from '../../tasks/cron-nights';

type Times = Pick<ScheduleSpec, 'cronExpressions' | 'calendars' | 'intervals'>;

const YEAR_MS = 365.25 * 86_400_000;
/** For so long ahead the nights on which clocks change are written into a schedule. */
const YEARS_AHEAD = 10;
/** The last year that the server's calendars know. */
const LAST_YEAR = 2100;
/** Intervals longer than this come once in the time for which anything is planned. */
const ONCE_MS = 50 * YEAR_MS;

/**
 * A cron expression as the server takes it. On its own the server leaves out what falls into a skipped hour, and runs
 * twice in a repeated one, so the nights on which that matters are written out: their days are taken out of the
 * calendar, and what is to run on them is put in.
 */
export function timesOfCron(cron: string, timeZone: string, now: Date): Times {
  const begin = now.getTime() - YEAR_MS;
  const end = now.getTime() + YEARS_AHEAD * YEAR_MS;
  const skipped = changedNights(cron, timeZone, begin, end).filter(({ kind }) => kind === 'skipped');
  const repeated = repeatedHours(cron, timeZone, begin, end);
  // The server keeps no expression, but what stands behind the sign, as its calendar's comment.
  if (skipped.length + repeated.length === 0) return { cronExpressions: [`${cron} # ${cron}`] };
  const [first = {}, ...others] = withoutDays(cronFields(cron), repeated);
  return {
    calendars: [{ ...first, comment: cron }, ...others, ...skipped.map((night) => endOfSkipped(night, timeZone))],
    // Counted from 1970, an interval as long as the time since then ends at that time, and next in 2080 or later.
    intervals: repeated.flatMap(({ runsAt }) => runsAt.map((every) => ({ every }))),
  };
}

/** Whether an interval of the server's stands for one repeated time, and for which. */
export function onceAt({ every }: { every: number }): number | undefined {
  return every > ONCE_MS ? every : undefined;
}

/** Whether a schedule's times have the nights on which clocks change written out; those of earlier releases have not. */
export function knowsNights(
  { calendars = [], intervals = [] }: Pick<ScheduleSpecDescription, 'calendars' | 'intervals'>,
  nights: readonly ChangedNight[],
): boolean {
  const once = new Set(intervals.map(onceAt));
  return nights.every(({ kind, runsAt }) =>
    kind === 'skipped' ? calendars.length > 1 : runsAt.every((at) => once.has(Date.parse(at))),
  );
}

/** The calendars of an expression, but for the times that are repeated. */
function withoutDays(fields: CronFields, repeated: readonly RepeatedHour[]): CalendarSpec[] {
  const base = calendarOf(fields);
  const dates = new Map<string, Set<string>>();
  for (const time of repeated.flatMap(({ times }) => times)) {
    const [date = '', clock = ''] = time.split(' ');
    dates.set(date, (dates.get(date) ?? new Set()).add(clock));
  }
  if (dates.size === 0) return [base];
  const years = [...new Set([...dates.keys()].map((date) => Number(date.slice(0, 4))))].sort();
  return [
    { ...base, year: otherYears(years) },
    ...years.flatMap((year) =>
      ofYear(
        fields,
        year,
        [...dates.keys()].filter((date) => date.startsWith(`${year}-`)),
      ),
    ),
    ...[...dates].flatMap(([date, clocks]) => restOfDay(fields, date, clocks)),
  ];
}

function otherYears(years: readonly number[]): { start: number; end: number }[] {
  const bounds = [1999, ...years, LAST_YEAR + 1];
  return bounds.slice(1).flatMap((next, index) => {
    const [start, end] = [(bounds[index] ?? 0) + 1, next - 1];
    return start <= end ? [{ start, end }] : [];
  });
}

/** A year without some of its days. */
function ofYear(fields: CronFields, year: number, dates: readonly string[]): CalendarSpec[] {
  const months = new Set(dates.map((date) => Number(date.slice(5, 7))));
  const others = new Set([...fields.month].filter((month) => !months.has(month)));
  const parts = [...months].map((month) => {
    const days = dates.filter((date) => Number(date.slice(5, 7)) === month).map((date) => Number(date.slice(8)));
    return { month: new Set([month]), day: new Set([...fields.day].filter((day) => !days.includes(day))) };
  });
  return [{ month: others, day: fields.day }, ...parts]
    .filter(({ month, day }) => month.size > 0 && day.size > 0)
    .map((part) => ({ ...calendarOf({ ...fields, ...part }), year }));
}

/** What an expression has on a day beside the times that are repeated. */
function restOfDay(fields: CronFields, date: string, repeated: ReadonlySet<string>): CalendarSpec[] {
  const [year = 0, month = 1, day = 1] = date.split('-').map(Number);
  const byMinutes = new Map<string, number[]>();
  for (const hour of fields.hour) {
    const left = [...fields.minute].filter((minute) => !repeated.has(clockText(hour, minute)));
    if (left.length > 0) byMinutes.set(left.join(), [...(byMinutes.get(left.join()) ?? []), hour]);
  }
  return [...byMinutes].map(([minutes, hour]) => ({
    minute: minutes.split(',').map(Number),
    hour,
    dayOfMonth: day,
    month: monthName(month),
    year,
  }));
}

/** The moment at which the clocks have gone on, as a calendar of that one day. */
function endOfSkipped({ at, times }: ChangedNight, timeZone: string): CalendarSpec {
  const format = new Intl.DateTimeFormat('en-US', { timeZone, hourCycle: 'h23', ...ALL_PARTS });
  const parts = Object.fromEntries(format.formatToParts(new Date(at)).map(({ type, value }) => [type, Number(value)]));
  return {
    minute: parts.minute ?? 0,
    hour: parts.hour ?? 0,
    dayOfMonth: parts.day ?? 1,
    month: monthName(parts.month ?? 1),
    year: parts.year ?? LAST_YEAR,
    comment: `instead of ${times[0]}, which the clock skips`,
  };
}

const ALL_PARTS = { year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric' } as const;

function calendarOf({ minute, hour, day, month, weekday }: CronFields): CalendarSpec {
  return {
    minute: [...minute],
    hour: [...hour],
    dayOfMonth: day.size === 31 ? '*' : [...day],
    month: month.size === 12 ? '*' : [...month].map(monthName),
    dayOfWeek: weekday.size === 7 ? '*' : [...weekday].map((number) => DAYS_OF_WEEK[number] ?? 'SUNDAY'),
  };
}

function monthName(number: number): (typeof MONTHS)[number] {
  return MONTHS[number - 1] ?? 'JANUARY';
}

function clockText(hour: number, minute: number): string {
  return `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`;
}
