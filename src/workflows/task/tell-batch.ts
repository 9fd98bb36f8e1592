import { CancellationScope, ContinueAsNew, getExternalWorkflowHandle, isCancellation, log } from '@temporalio/workflow';
import { MEMBER_ENDED, type MemberEnd } from '../../protocol/batch';
import type { BatchMembership } from '../../protocol/membership';
import type { TaskEnd } from '../../protocol/task';
import { isSecondSuccessor } from './succession';
import { task } from './task';

/** A task that tells its batch, if it belongs to one, how it ended. Others live as they always did. */
export async function memberTask(argument: unknown): Promise<TaskEnd> {
  const batch = membershipIn(argument);
  if (!batch) return task(argument);
  try {
    const end = await task(argument);
    await tell(batch, 'completed');
    return end;
  } catch (error) {
    const goesOn = error instanceof ContinueAsNew || isSecondSuccessor(error);
    if (!goesOn) await tell(batch, isCancellation(error) ? 'cancelled' : 'failed');
    throw error;
  }
}

/**
 * Awaited, since the server drops the signals of a workflow that has ended. A batch that is over cannot be
 * told, and one that missed a word looks by itself: neither is any matter of the task.
 */
async function tell({ id, index, generation }: BatchMembership, fate: MemberEnd['fate']): Promise<void> {
  const word: MemberEnd = { index, generation, fate };
  try {
    await CancellationScope.nonCancellable(() => getExternalWorkflowHandle(id).signal(MEMBER_ENDED, word));
  } catch (error) {
    log.info('The batch could not be told of the end', { batch: id, error: String(error) });
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
