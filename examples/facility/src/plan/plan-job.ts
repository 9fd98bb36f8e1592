import { TaskFailure } from 'holdfast';
import { type Selectable, sql } from 'kysely';
import type { FacilityTransaction } from '../database/open';
import type { FacilityTables } from '../database/schema';
import { shownTime } from '../shown-time';
import { type PlannedTime, timesOf } from './times';

/** What planning has come to. */
export interface Planning {
  /** Instances that were made. */
  planned: number;
  story: string;
}

/** Instances that one task makes; what is more is left to the next run. */
const MOST_INSTANCES = 1000;

const MINUTE_MS = 60_000;

type Job = Selectable<FacilityTables['jobs']>;
type Planned = { id: number; plannedAt: Date };

/**
 * Plans a PPM job on: makes its instances, with their checkpoints and reminders.
 * @throws TaskFailure PERMANENT_NOT_FOUND without such a job; PERMANENT_VALIDATION for one that cannot be planned.
 */
export async function planJob(transaction: FacilityTransaction, id: number, now: Date): Promise<Planning> {
  const job = await transaction
    .selectFrom('jobs')
    .innerJoin('sites', 'sites.id', 'jobs.siteId')
    .selectAll('jobs')
    .select('sites.timeZone')
    .where('jobs.id', '=', id)
    .forUpdate('jobs')
    .executeTakeFirst();
  if (!job) throw new TaskFailure('PERMANENT_NOT_FOUND', `There is no job ${id}.`);
  if (job.identifier !== 'PPM') {
    const message = `Job ${id} (${job.name}) has the identifier ${job.identifier}: only PPM jobs are planned. Name one of those.`;
    throw new TaskFailure('PERMANENT_VALIDATION', message);
  }
  if (job.scrapped) return { planned: 0, story: `Job ${id} (${job.name}) is scrapped.` };
  const { times, more } = timesOf(job, now, MOST_INSTANCES);
  const made = await addInstances(transaction, job, times);
  await addCheckpoints(transaction, made);
  await addReminders(transaction, job, made);
  const last = times.at(-1);
  await transaction
    .updateTable('jobs')
    .set({ generatedUntil: laterOf(job.generatedUntil, more && last ? last.at : job.validUntil) })
    .where('id', '=', id)
    .execute();
  return { planned: made.length, story: storyOf(job, times, made.length, more) };
}

/** What is planned for a time already stays as it is. */
async function addInstances(transaction: FacilityTransaction, job: Job, times: PlannedTime[]): Promise<Planned[]> {
  if (times.length === 0) return [];
  const { id, siteId, name, identifier, assigneeId, notice, graceMinutes } = job;
  const common = { jobId: id, siteId, name, identifier, assigneeId, notice };
  return transaction
    .insertInto('jobInstances')
    .values(
      times.map(({ at, offsetMinutes }) => ({
        ...common,
        plannedAt: at,
        expiresAt: new Date(at.getTime() + graceMinutes * MINUTE_MS),
        offsetMinutes,
      })),
    )
    .onConflict((conflict) => conflict.columns(['jobId', 'plannedAt']).doNothing())
    .returning(['id', 'plannedAt'])
    .execute();
}

/** Made by the database from the job's: an instance may have any number of them. */
async function addCheckpoints(transaction: FacilityTransaction, instances: Planned[]): Promise<void> {
  await sql`insert into checkpoints (instance_id, position, name)
    select job_instances.id, checkpoint.position, checkpoint.name
    from job_instances join jobs on jobs.id = job_instances.job_id
      cross join unnest(jobs.checkpoints) with ordinality as checkpoint (name, position)
    where job_instances.id = any(${instances.map(({ id }) => id)}::integer[])`.execute(transaction);
}

async function addReminders(
  transaction: FacilityTransaction,
  { reminderMinutes }: Job,
  instances: Planned[],
): Promise<void> {
  if (reminderMinutes === null || instances.length === 0) return;
  await transaction
    .insertInto('reminders')
    .values(
      instances.map(({ id, plannedAt }) => ({
        instanceId: id,
        dueAt: new Date(plannedAt.getTime() - reminderMinutes * MINUTE_MS),
      })),
    )
    .execute();
}

function laterOf(before: Date | null, time: Date): Date {
  return before && before > time ? before : time;
}

function storyOf({ id, name, validUntil }: Job, times: PlannedTime[], made: number, more: boolean): string {
  const [first, last] = [times[0], times.at(-1)];
  if (!first || !last) return `Job ${id} (${name}) has nothing to plan until ${validUntil.toISOString()}.`;
  const [from, to] = [first, last].map(({ at, offsetMinutes }) => shownTime(at, offsetMinutes));
  const rest = more ? ' There is more to plan: the next run goes on.' : '';
  return `Job ${id} (${name}) is planned ${made} times from ${from} to ${to}.${rest}`;
}
