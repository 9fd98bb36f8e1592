import {
  ApplicationFailure,
  CancellationScope,
  patched,
  proxyLocalActivities,
  workflowInfo,
} from '@temporalio/workflow';
import type { TaskStart } from '../../protocol/task';

const SECOND_SUCCESSOR = 'SECOND_SUCCESSOR';

/** A file is written, or one that is there is read: without that nobody knows whether this run may begin. */
const { settleSuccession } = proxyLocalActivities<{
  settleSuccession(taskId: string, ended: string, run: string): Promise<string>;
}>({ startToCloseTimeout: '10 s', retry: { initialInterval: '0.5 s', maximumInterval: '30 s' } });

/**
 * Ends a run whose start was held up so long that another run has followed the one that it names: before its handler
 * begins, and without a word to anybody. Only runs that follow another pay for it. The patch spares those that a worker
 * of an earlier release has begun.
 */
export async function endIfSecondSuccessor({ pickedUp }: TaskStart, follows: string): Promise<void> {
  if (pickedUp || !patched('one-successor')) return;
  const { workflowId, firstExecutionRunId } = workflowInfo();
  const heir = await CancellationScope.nonCancellable(() => settleSuccession(workflowId, follows, firstExecutionRunId));
  if (heir === firstExecutionRunId) return;
  const message = `Came too late: run ${heir} has followed the same run`;
  throw ApplicationFailure.create({ message, type: SECOND_SUCCESSOR, nonRetryable: true });
}

/** Whether the task goes on in another run, so that this one has nothing to tell. */
export function isSecondSuccessor(error: unknown): boolean {
  return error instanceof ApplicationFailure && error.type === SECOND_SUCCESSOR;
}
