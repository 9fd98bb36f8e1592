import { Cron } from 'croner';
import type { INSTANCE_STATES } from '../database/schema';
import type { NewRow } from './insert';
import type { PlannedJob } from './jobs';
import type { Random } from './random';
import { minutesEast } from './zone';

const MINUTE_MS = 60_000;
const HALF_HOUR_MS = 30 * MINUTE_MS;
const DAY_MS = 24 * 60 * MINUTE_MS;
/** So many at least are late, however few there are. */
const LATE = 3;

interface State {
  status: (typeof INSTANCE_STATES)[number];
  emailSent: boolean;
  ticketGenerated: boolean;
  autoclosedByServer: boolean;
  closedAt: Date | null;
}

const OPEN: State = {
  status: 'ASSIGNED',
  emailSent: false,
  ticketGenerated: false,
  autoclosedByServer: false,
  closedAt: null,
};

/** An instance before it has its ID, with what is known of its job. */
export interface PlannedInstance {
  row: NewRow<'jobInstances'> & State & { plannedAt: Date; expiresAt: Date; offsetMinutes: number };
  job: PlannedJob['row'];
}

/** Every time from one to another that the jobs are planned for, as things stand at a time in between. */
export function instancesOf(
  random: Random,
  jobs: readonly (PlannedJob & { id: number })[],
  { from, now, until }: { from: Date; now: Date; until: Date },
): PlannedInstance[] {
  const instances = jobs.flatMap(({ id, row: job, timeZone }) =>
    timesOf(job, timeZone, from, until).map((plannedAt) => {
      const expiresAt = new Date(plannedAt.getTime() + (job.graceMinutes ?? 0) * MINUTE_MS);
      const row = {
        jobId: id,
        siteId: job.siteId,
        name: job.name,
        identifier: job.identifier,
        assigneeId: job.assigneeId,
        plannedAt,
        expiresAt,
        notice: job.notice,
        offsetMinutes: minutesEast(timeZone, plannedAt),
        ...OPEN,
        ...stateAt(random, job, { plannedAt, expiresAt }, now),
      };
      return { row, job };
    }),
  );
  for (const { row } of latest(instances, now)) Object.assign(row, OPEN);
  return instances;
}

function timesOf(job: PlannedJob['row'], timeZone: string, from: Date, until: Date): Date[] {
  const end = job.generatedUntil ? Math.min(until.getTime(), new Date(job.generatedUntil).getTime()) : 0;
  const cron = new Cron(job.cron, { timezone: timeZone, fixedTimeRule: 'no-wildcard', domAndDow: true });
  const times: Date[] = [];
  for (let time = cron.nextRun(from); time && time.getTime() <= end; time = cron.nextRun(time)) times.push(time);
  return times;
}

/** What people and the server have made of an instance by now. */
function stateAt(
  random: Random,
  { notice, identifier }: PlannedJob['row'],
  { plannedAt, expiresAt }: { plannedAt: Date; expiresAt: Date },
  now: Date,
): Partial<State> {
  if (plannedAt > now) return {};
  const begun: Partial<State> = identifier.endsWith('TOUR') && random.chance(40) ? { status: 'INPROGRESS' } : {};
  const last = expiresAt < now ? expiresAt : now;
  const done: Partial<State> = { status: 'COMPLETED', closedAt: random.timeBetween(plannedAt, last) };
  if (expiresAt > now) return random.chance(30) ? done : begun;
  // The server looks every half hour.
  const closedAt = new Date(Math.ceil(expiresAt.getTime() / HALF_HOUR_MS) * HALF_HOUR_MS);
  const isFresh = now.getTime() - expiresAt.getTime() < DAY_MS / 24;
  if (closedAt > now || random.chance(isFresh ? 40 : 1)) return begun;
  if (random.chance(86)) return done;
  return {
    status: begun.status && random.chance(50) ? 'PARTIALLYCOMPLETED' : 'AUTOCLOSED',
    emailSent: notice !== 'NONE',
    ticketGenerated: notice === 'RAISETICKETNOTIFY',
    autoclosedByServer: true,
    closedAt,
  };
}

/** Those that became late last. */
function latest(instances: readonly PlannedInstance[], now: Date): PlannedInstance[] {
  return instances
    .filter(({ row }) => row.expiresAt <= now)
    .sort((a, b) => b.row.expiresAt.getTime() - a.row.expiresAt.getTime())
    .slice(0, LATE);
}
