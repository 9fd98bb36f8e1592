import { Cron } from 'croner';
import { cronFault, TaskFailure } from 'holdfast';
import { offsetsOf } from '../offset';

/** What a job says of its times. */
export interface PlannedJob {
  id: number;
  name: string;
  cron: string;
  /** Of its site. */
  timeZone: string;
  siteId: number;
  validFrom: Date;
  validUntil: Date;
  generatedUntil: Date | null;
}

/** One time that a job is planned for. */
export interface PlannedTime {
  at: Date;
  /** Minutes east of Greenwich of the site's clocks at that time. */
  offsetMinutes: number;
}

/**
 * The times of a job that are not planned yet: from now, or from when it is valid or was planned to, until it is not
 * valid any more. What falls into the hour that clocks skip in spring is planned at the end of it, and what falls into
 * the hour that comes twice in autumn once; only a cron with `*` or a step in minutes or hours goes by the clock.
 * @param limit At most so many.
 * @returns The times, and whether there are more.
 * @throws TaskFailure PERMANENT_VALIDATION for dates, a time zone or a cron that no times can be made of.
 */
export function timesOf(job: PlannedJob, now: Date, limit: number): { times: PlannedTime[]; more: boolean } {
  const { validFrom, validUntil, generatedUntil } = job;
  if (validFrom > validUntil) {
    const dates = `valid from ${validFrom.toISOString()} until ${validUntil.toISOString()}`;
    throw wrong(job, 'Please check your Valid From and Valid To dates', `is ${dates}, which is earlier`);
  }
  const offset = offsetOf(job);
  const cron = cronOf(job);
  // Without their own times the first two are reached by looking for what follows the millisecond before.
  const after = Math.max(now.getTime() - 1, validFrom.getTime() - 1, generatedUntil?.getTime() ?? 0);
  const times: PlannedTime[] = [];
  let next = cron.nextRun(new Date(after));
  if (!next) throw badCron(job, 'there is no such day');
  for (; next && next <= validUntil; next = cron.nextRun(next)) {
    if (times.length === limit) return { times, more: true };
    times.push({ at: next, offsetMinutes: offset(next) });
  }
  return { times, more: false };
}

function offsetOf(job: PlannedJob): (time: Date) => number {
  try {
    return offsetsOf(job.timeZone);
  } catch {
    const fault = `is at site ${job.siteId}, whose time zone ${JSON.stringify(job.timeZone)} is unknown`;
    throw wrong(job, 'Bad Time Zone Error', fault);
  }
}

/** What a schedule would not take, a job does not either; day and weekday must both fit, as in a schedule. */
function cronOf(job: PlannedJob): Cron {
  const fault = cronFault(job.cron);
  if (fault !== undefined) throw badCron(job, fault);
  const mode = { mode: '5-part', fixedTimeRule: 'no-wildcard', domAndDow: true } as const;
  try {
    return new Cron(job.cron, { ...mode, timezone: job.timeZone });
  } catch (error) {
    throw badCron(job, (error as Error).message.replace(/^CronPattern: /, ''));
  }
}

function badCron(job: PlannedJob, fault: string): TaskFailure {
  return wrong(job, 'Bad Cron Error', `has the cron ${JSON.stringify(job.cron)}: ${fault}`);
}

function wrong({ id, name }: PlannedJob, title: string, fault: string): TaskFailure {
  const advice = 'Correct it in the database, then retry this task.';
  return new TaskFailure('PERMANENT_VALIDATION', `${title}: job ${id} (${name}) ${fault}. ${advice}`);
}
