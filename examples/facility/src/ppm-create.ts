import type { Handler, HandlerContext } from 'holdfast';
import type { ppmCreate } from './contracts/ppm-create';
import type { RunOutput } from './contracts/run';
import { handOut, LOOKED_AT_ANEW, MOST_ITEMS, reportOf } from './items';
import { ppmKey } from './keys';
import { type Planning, planJob } from './plan/plan-job';
import { ppmJobs } from './plan/ppm-jobs';
import { change, type FacilityResources, nowOf } from './resources';
import type { ItemEffect } from './verify-item';

/** As the original spelt it: people and programs look for it. */
const NO_JOBS = 'No jobs found schedhuling terminated';

/** The handler of `ppm.create`: a run hands out the PPM jobs that are not planned to their end, an item plans one on. */
export function createPpmCreate(resources: FacilityResources): Handler<typeof ppmCreate> {
  return async (input, context) => {
    if (input.job !== undefined) return planOne(input.job, resources, context);
    const now = nowOf(input, context);
    const tasks = await handOut(context, async () => {
      const jobs = await ppmJobs(await resources.database(), now, MOST_ITEMS);
      return jobs.map(({ id, siteId }) => ({
        key: ppmKey(id, siteId, now),
        input: { job: id },
        policy: LOOKED_AT_ANEW,
      }));
    });
    return reportOf(tasks, NO_JOBS);
  };
}

/** What the task of one job does, for the task itself and for whoever asks whether it has. */
export const planning = {
  // Named by the task, not by the day: the second run of a day plans what is new since the first.
  find: async (_database, _input, { effectKey }) => ({ key: effectKey('plan') }),
  outputOf: ({ job = 0 }, { planned, story }): RunOutput => ({ story, traceback: '', id: planned > 0 ? [job] : [] }),
} satisfies ItemEffect<{ job?: number | undefined }, Planning>;

async function planOne(job: number, resources: FacilityResources, context: HandlerContext): Promise<RunOutput> {
  const { key } = await planning.find(await resources.database(), { job }, context);
  const outcome = await change(resources, context, key, (transaction) => planJob(transaction, job, new Date()));
  return planning.outputOf({ job }, outcome);
}
