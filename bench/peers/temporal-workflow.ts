import { proxyActivities } from '@temporalio/workflow';
import type { Work } from './work';

const { doWork } = proxyActivities<{ doWork(work: Work): Promise<null> }>({ startToCloseTimeout: '1 minute' });

/** The least that Temporal can do for a task: one workflow with one activity. */
export async function bare(work: Work): Promise<void> {
  await doWork(work);
}
