import { CancellationScope, ContinueAsNew, getExternalWorkflowHandle, isCancellation, log } from '@temporalio/workflow';
import { MEMBER_ENDED, type MemberEnd } from '../../protocol/batch';
import type { BatchMembership } from '../../protocol/membership';
import type { TaskEnd } from '../../protocol/task';
import { isSecondSuccessor } from './succession';
import { task } from './task';

/** A task that reports to its batch, if it belongs to one, how it ended. Others live as they always did. */
export async function memberTask(argument: unknown): Promise<TaskEnd> {
  const batch = membershipIn(argument);
  if (!batch) return task(argument);
  try {
    const end = await task(argument);
    await reportTo(batch, 'completed');
    return end;
  } catch (error) {
    const goesOn = error instanceof ContinueAsNew || isSecondSuccessor(error);
    if (!goesOn) await reportTo(batch, isCancellation(error) ? 'cancelled' : 'failed');
    throw error;
  }
}

/**
 * Awaited, since the server drops the signals of a workflow that has ended. A batch that is over cannot be
 * reached, and one that missed a report looks for itself: neither is any matter of the task.
 */
async function reportTo({ id, index, generation }: BatchMembership, fate: MemberEnd['fate']): Promise<void> {
  const report: MemberEnd = { index, generation, fate };
  try {
    await CancellationScope.nonCancellable(() => getExternalWorkflowHandle(id).signal(MEMBER_ENDED, report));
  } catch (error) {
    log.info('The end could not be reported to the batch', { batch: id, error: String(error) });
  }
}

/** Anyone can start a task with the stock CLI: only what TaskClient writes is a membership. */
function membershipIn(argument: unknown): BatchMembership | undefined {
  const { batch } = { ...(argument as { batch?: Partial<BatchMembership> } | null | undefined) };
  const complete =
    typeof batch === 'object' &&
    batch !== null &&
    typeof batch.id === 'string' &&
    typeof batch.index === 'number' &&
    typeof batch.generation === 'string';
  return complete ? (batch as BatchMembership) : undefined;
}
