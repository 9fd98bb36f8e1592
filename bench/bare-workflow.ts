import { proxyActivities } from '@temporalio/workflow';

const { noop } = proxyActivities<{ noop(): Promise<void> }>({ startToCloseTimeout: '1 minute' });

/** The least that Temporal can do for a task: one workflow with one activity. */
export async function bare(): Promise<void> {
  await noop();
}
