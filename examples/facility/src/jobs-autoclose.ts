import { type Handler, type HandlerContext, TaskFailure } from 'holdfast';
import { type Closing, closeJob } from './autoclose/close-job';
import { lateJobs } from './autoclose/late-jobs';
import type { jobsAutoclose } from './contracts/jobs-autoclose';
import type { RunOutput } from './contracts/run';
import { handOut, MOST_ITEMS, reportOf } from './items';
import { autocloseKey, dayOf } from './keys';
import { notify } from './mail/notify';
import { change, type FacilityResources, nowOf } from './resources';
import type { ItemEffect } from './verify-item';

/** The handler of `jobs.autoclose`: a run hands out late jobs, an item closes one. */
export function createJobsAutoclose(resources: FacilityResources): Handler<typeof jobsAutoclose> {
  return async (input, context) => {
    if (input.job !== undefined) return closeOne(input.job, resources, context);
    const now = nowOf(input, context);
    const tasks = await handOut(context, async () => {
      const due = await lateJobs(await resources.database(), now, MOST_ITEMS);
      return due.map(({ id, expiresAt }) => ({ key: autocloseKey(id, expiresAt), input: { job: id } }));
    });
    return reportOf(tasks, 'No job is late.');
  };
}

/** What the task of one job does, for the task itself and for whoever asks whether it has. */
export const closing = {
  find: async (database, { job = 0 }) => {
    const instance = await database
      .selectFrom('jobInstances')
      .select('expiresAt')
      .where('id', '=', job)
      .executeTakeFirst();
    return instance && { key: autocloseKey(job, instance.expiresAt), dueAt: instance.expiresAt };
  },
  outputOf: ({ job = 0 }, { closed, story }): RunOutput => ({ story, traceback: '', id: closed ? [job] : [] }),
} satisfies ItemEffect<{ job?: number | undefined }, Closing>;

async function closeOne(job: number, resources: FacilityResources, context: HandlerContext): Promise<RunOutput> {
  const found = await closing.find(await resources.database(), { job });
  if (!found) throw new TaskFailure('PERMANENT_NOT_FOUND', `There is no job ${job}.`);
  const { key, dueAt } = found;
  if (dueAt > new Date()) {
    const story = `Job ${job} is not late before ${dueAt.toISOString()}.`;
    return { story, traceback: '', id: [] };
  }
  const outcome = await change(
    resources,
    context,
    key,
    (transaction) => closeJob(transaction, job),
    ({ closed }) => closed,
  );
  await notify(resources, context, { key, mails: outcome.mails, day: dayOf(dueAt) });
  return closing.outputOf({ job }, outcome);
}
