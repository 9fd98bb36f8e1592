import { Cron } from 'croner';
import cronstrue from 'cronstrue';
import type { Schemas } from '../../api/client';
import { duration } from '../../lib/time';
import { texts } from '../../texts';

type Schedule = Schemas['Schedule'];

/** `At 06:00, Monday through Friday, Europe/Berlin`; the expression itself where it cannot be said. */
export function timingWords({ cron, every, offset, timeZone = 'UTC' }: Schedule): string {
  if (every !== undefined) return texts.schedules.every(duration(every), offset ? duration(offset) : undefined);
  if (!cron) return texts.schedules.never;
  try {
    return `${cronstrue.toString(cron, { use24HourTimeFormat: true, verbose: false })}, ${timeZone}`;
  } catch {
    return `${cron}, ${timeZone}`;
  }
}

/**
 * The times of a range at which a schedule fires, by its plan alone; undefined when its expression is beyond this page.
 * @param most More than these are not looked for.
 */
export function timesBetween(schedule: Schedule, from: Date, to: Date, most: number): Date[] | undefined {
  const { cron, every, offset = 0, timeZone = 'UTC' } = schedule;
  const first = Math.max(from.getTime(), schedule.from ? Date.parse(schedule.from) : 0);
  const last = Math.min(to.getTime(), schedule.until ? Date.parse(schedule.until) : Number.POSITIVE_INFINITY);
  const times: Date[] = [];
  if (every !== undefined) {
    const step = every * 1000;
    const begin = Math.ceil((first - offset * 1000) / step) * step + offset * 1000;
    for (let at = begin; at <= last && times.length < most; at += step) times.push(new Date(at));
    return times;
  }
  if (!cron) return times;
  try {
    const plan = new Cron(cron, { timezone: timeZone });
    let at = plan.nextRun(new Date(first - 1000));
    while (at && at.getTime() <= last && times.length < most) {
      if (at.getTime() >= first) times.push(at);
      at = plan.nextRun(at);
    }
    return times;
  } catch {
    return undefined;
  }
}
