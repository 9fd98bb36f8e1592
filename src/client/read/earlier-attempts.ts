import { ApplicationFailure, type LoadedDataConverter, TimeoutFailure } from '@temporalio/common';
import { decodeArrayFromPayloads } from '@temporalio/common/lib/internal-non-workflow';
import { type AttemptDetail, type AttemptsTold, HANDLER_ACTIVITY, type Heartbeat } from '../../protocol/task';
import type { TaskFacts } from '../../tasks/state';
import type { HistoryEvent } from './ending';
import { errorOf } from './error-of';

const FIRST_ROUND = `${HANDLER_ACTIVITY}-1`;

/**
 * Whether attempts have gone before of which the server's description says nothing: between two rounds of
 * attempts, or in a round none of which has begun.
 */
export function mayHideAttempts({ status, handler, recorded, memo, workflowTask }: TaskFacts): boolean {
  if (status !== 'open' || handler?.heartbeat) return false;
  // A worker may have died of an inline attempt.
  if (!handler && memo.inline && (workflowTask?.attempt ?? 1) > 1) return true;
  if (!handler) return recorded === 'paused';
  return handler.activityId !== FIRST_ROUND || memo.inline === true;
}

/** What the attempts so far came to, from the end of a run's history, newest event first. */
export async function earlierAttempts(
  events: readonly HistoryEvent[],
  converter: LoadedDataConverter,
): Promise<AttemptsTold | undefined> {
  for (const event of events) {
    const told = await toldBy(event, converter);
    if (told) return told;
  }
  return undefined;
}

/** What the end of an activity says of its attempts and those before. */
export async function toldBy(event: HistoryEvent, converter: LoadedDataConverter): Promise<AttemptsTold | undefined> {
  const failed = event.activityTaskFailedEventAttributes ?? event.markerRecordedEventAttributes;
  const failure = failed?.failure ?? event.activityTaskTimedOutEventAttributes?.failure;
  const error = failure && (await errorOf(converter, failure));
  if (error instanceof ApplicationFailure) {
    const detail = error.details?.[0] as Partial<AttemptDetail> | undefined;
    return told(detail, detail?.held?.progress);
  }
  if (error instanceof TimeoutFailure) {
    const last = error.lastHeartbeatDetails as Heartbeat | undefined;
    return last && told({ attempts: last.attempt, failures: last.failures }, last.progress);
  }
  const details = event.activityTaskCanceledEventAttributes?.details?.payloads;
  const [said] = details ? await decodeArrayFromPayloads(converter, details).catch(() => []) : [];
  return told(said as Partial<AttemptsTold> | undefined);
}

function told(said: Partial<AttemptsTold> | undefined, progress?: number): AttemptsTold | undefined {
  const { attempts, failures } = { ...said };
  if (typeof attempts !== 'number' || !Array.isArray(failures)) return undefined;
  return { attempts, failures, ...(progress !== undefined && { progress }) };
}
