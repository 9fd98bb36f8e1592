import type { CalendarSpecDescription, ScheduleSpecDescription } from '@temporalio/client';

const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1000],
] as const;

/** A range's bounds are numbers, or names of months and days. */
interface Range {
  start: number | string;
  end: number | string;
  step: number;
}

/** The whole of each field of a calendar, as the server writes it. */
const WHOLE: Record<string, readonly [number | string, number | string]> = {
  dayOfMonth: [1, 31],
  month: ['JANUARY', 'DECEMBER'],
  dayOfWeek: ['SUNDAY', 'SATURDAY'],
};

/** When a schedule starts something, in words: `every 15 min`, `30 9 * * MONDAY-FRIDAY (Europe/Berlin)`. */
export function specWords({ intervals = [], calendars = [], timezone }: ScheduleSpecDescription): string {
  const [first] = calendars;
  // What follows are the nights on which clocks change.
  if (first?.comment && (intervals.length > 0 || calendars.length > 1))
    return `${first.comment} (${timezone ?? 'UTC'})`;
  const every = intervals.map(({ every, offset }) => `every ${span(every)}${offset ? `, ${span(offset)} later` : ''}`);
  const zone = calendars.length > 0 && timezone ? ` (${timezone})` : '';
  return [...every, ...calendars.map((calendar) => `${calendarWords(calendar)}${zone}`)].join('; ') || 'never';
}

/** @param milliseconds The server keeps whole seconds. */
function span(milliseconds: number): string {
  let left = milliseconds;
  const parts = UNITS.flatMap(([name, size]) => {
    const count = Math.floor(left / size);
    left -= count * size;
    return count > 0 ? [`${count} ${name}`] : [];
  });
  return parts.join(' ') || '0 s';
}

/** As `cron` would have it, with the names of days and months; seconds and years only where they matter. */
function calendarWords(calendar: CalendarSpecDescription): string {
  if (calendar.comment) return calendar.comment;
  const field = (name: 'second' | 'minute' | 'hour' | 'dayOfMonth' | 'month' | 'dayOfWeek' | 'year') =>
    calendar[name].map((range) => rangeWords(range, WHOLE[name])).join(',') || '*';
  const second = field('second');
  const year = field('year');
  const cron = [field('minute'), field('hour'), field('dayOfMonth'), field('month'), field('dayOfWeek')].join(' ');
  return `${cron}${second === '0' ? '' : `, second ${second}`}${year === '*' ? '' : `, year ${year}`}`;
}

function rangeWords(
  { start, end, step }: Range,
  whole: readonly [number | string, number | string] | undefined,
): string {
  const each = step > 1 ? `/${step}` : '';
  if (whole && start === whole[0] && end === whole[1]) return `*${each}`;
  return start === end ? String(start) : `${start}-${end}${each}`;
}
