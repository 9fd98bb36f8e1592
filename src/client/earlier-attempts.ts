import { ApplicationFailure, type LoadedDataConverter } from '@temporalio/common';
import { decodeOptionalFailureToOptionalError } from '@temporalio/common/lib/internal-non-workflow';
import type { TaskFacts } from '../tasks/state';
import { type AttemptsTold, HANDLER_ACTIVITY } from '../tasks/words';
import type { HistoryEvent } from './ending';

const FIRST_ROUND = `${HANDLER_ACTIVITY}-1`;

/**
 * Whether attempts have gone before of which the server's description says nothing: between two rounds of
 * attempts, or in a round none of which has begun.
 */
export function mayHideAttempts({ status, handler, recorded, memo }: TaskFacts): boolean {
  if (status !== 'open' || handler?.heartbeat) return false;
  if (!handler) return recorded === 'paused';
  return handler.activityId !== FIRST_ROUND || memo.inline === true;
}

/** What the attempts so far came to, from the end of a run's history, newest event first. */
export async function earlierAttempts(
  events: readonly HistoryEvent[],
  converter: LoadedDataConverter,
): Promise<AttemptsTold | undefined> {
  for (const event of events) {
    const failure = event.activityTaskFailedEventAttributes?.failure ?? event.markerRecordedEventAttributes?.failure;
    const error = failure && (await decodeOptionalFailureToOptionalError(converter, failure));
    const told = error instanceof ApplicationFailure ? (error.details?.[0] as Partial<AttemptsTold>) : undefined;
    if (told?.attempts !== undefined && told.failures) return { attempts: told.attempts, failures: told.failures };
  }
  return undefined;
}
