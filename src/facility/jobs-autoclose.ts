import type { Handler, HandlerContext } from '../activities/handler';
import { TaskFailure } from '../tasks/failures';
import { closeJob } from './autoclose/close-job';
import { lateJobs } from './autoclose/late-jobs';
import type { jobsAutoclose } from './contracts/jobs-autoclose';
import type { RunOutput } from './contracts/run';
import { handOut, MOST_ITEMS, reportOf } from './items';
import { autocloseKey, dayOf } from './keys';
import { sendMails } from './mail/send';
import { change, type FacilityResources, nowOf } from './resources';

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

async function closeOne(job: number, resources: FacilityResources, context: HandlerContext): Promise<RunOutput> {
  const instance = await (await resources.database())
    .selectFrom('jobInstances')
    .select('expiresAt')
    .where('id', '=', job)
    .executeTakeFirst();
  if (!instance) throw new TaskFailure('PERMANENT_NOT_FOUND', `There is no job ${job}.`);
  const { expiresAt } = instance;
  if (expiresAt > new Date()) {
    const story = `Job ${job} is not late before ${expiresAt.toISOString()}.`;
    return { story, traceback: '', id: [] };
  }
  const { closed, story, mails } = await change(resources, context, autocloseKey(job, expiresAt), (transaction) =>
    closeJob(transaction, job),
  );
  await sendMails(context, mails, dayOf(expiresAt));
  return { story, traceback: '', id: closed ? [job] : [] };
}
