import { changesOf } from './clock-changes';
import { type CronFields, cronFields, goesByTheClock } from './cron';

/** What a change of the clocks does to a cron expression with fixed times, and what becomes of it. */
export interface ChangedNight {
  /** When the clocks change; ISO. */
  at: string;
  /** `skipped`: these times of day do not exist then. `repeated`: they come twice. */
  kind: 'skipped' | 'repeated';
  /** Times of the zone's clock: `2027-03-14 02:30`. */
  times: string[];
  /** The instants at which it runs instead, each once; ISO. */
  runsAt: string[];
}

const MINUTE_MS = 60_000;

/**
 * The nights on which a cron expression would run never or twice. Fixed times run once: at the end of the hour that is
 * skipped, and the first time in an hour that is repeated. An expression with `*` or a step in its minutes or hours
 * means every so many minutes, and goes by the clock.
 * @param cron A valid expression. @param until Milliseconds since 1970, as `from` is.
 */
export function changedNights(cron: string, timeZone: string, from: number, until: number): ChangedNight[] {
  if (goesByTheClock(cron)) return [];
  const fields = cronFields(cron);
  return changesOf(timeZone, from, until).flatMap(({ at, before, after }): ChangedNight[] => {
    const kind = after > before ? 'skipped' : 'repeated';
    const first = at + Math.min(before, after);
    const end = at + Math.max(before, after);
    const local: number[] = [];
    for (let time = first; time < end; time += MINUTE_MS) if (matches(fields, time)) local.push(time);
    if (local.length === 0) return [];
    const runs = kind === 'skipped' ? [at] : local.map((time) => time - before);
    return [
      {
        at: new Date(at).toISOString(),
        kind,
        times: local.map(clockText),
        runsAt: runs.map((time) => new Date(time).toISOString()),
      },
    ];
  });
}

/** What an expression has around an hour that is repeated. */
export interface RepeatedHour {
  /** Times of the zone's clock: `2027-11-07 01:30`. */
  times: string[];
  /** When it runs for them; milliseconds since 1970. */
  runsAt: number[];
}

const HOUR_MS = 60 * MINUTE_MS;

/**
 * All that an expression has in hours that are repeated, and in the hour before and after: left to itself, the server
 * repeats the hour before too in zones east of Greenwich. What fires in all of these hours anyway is not among it.
 */
export function repeatedHours(cron: string, timeZone: string, from: number, until: number): RepeatedHour[] {
  const fields = cronFields(cron);
  const byTheClock = goesByTheClock(cron);
  return changesOf(timeZone, from, until).flatMap(({ at, before, after }): RepeatedHour[] => {
    if (after > before) return [];
    const [first, end] = [at + after - HOUR_MS, at + before + HOUR_MS];
    const minutes = Array.from({ length: (end - first) / MINUTE_MS }, (_, index) => first + index * MINUTE_MS);
    if (byTheClock && minutes.every((time) => fields.hour.has(new Date(time).getUTCHours()))) return [];
    const times = minutes.filter((time) => matches(fields, time));
    const once = times.filter((time) => time < at + before).map((time) => time - before);
    const again = times.filter((time) => time >= (byTheClock ? at + after : at + before)).map((time) => time - after);
    return times.length > 0 ? [{ times: times.map(clockText), runsAt: [...once, ...again] }] : [];
  });
}

/** In a sentence, for people. */
export function nightText({ kind, times, runsAt }: ChangedNight): string {
  const [first = ''] = times;
  const more = times.length > 1 ? ` and ${times.length - 1} more` : '';
  const runs = `${runsAt[0]}${runsAt.length > 1 ? ` and ${runsAt.length - 1} more` : ''}`;
  return kind === 'skipped'
    ? `the clock skips ${first}${more}: it runs once, at the end of the skipped time, ${runs}`
    : `the clock shows ${first}${more} twice: it runs the first time only, ${runs}`;
}

/** Whether a time of the zone's clock, as if it were UTC, fits: day of month and weekday must both. */
function matches({ minute, hour, day, month, weekday }: CronFields, local: number): boolean {
  const time = new Date(local);
  return (
    minute.has(time.getUTCMinutes()) &&
    hour.has(time.getUTCHours()) &&
    day.has(time.getUTCDate()) &&
    month.has(time.getUTCMonth() + 1) &&
    weekday.has(time.getUTCDay())
  );
}

/** @param local A time of a clock, as if it were UTC. */
function clockText(local: number): string {
  return new Date(local).toISOString().slice(0, 16).replace('T', ' ');
}
