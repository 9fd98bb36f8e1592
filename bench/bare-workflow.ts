import { proxyActivities } from '@temporalio/workflow';

const { noop } = proxyActivities<{ noop(ms: number): Promise<void> }>({ startToCloseTimeout: '1 minute' });

/** The least that Temporal can do for a task: one workflow with one activity. */
export async function bare(ms: number): Promise<void> {
  await noop(ms);
}
