import { ApplicationFailure, type LoadedDataConverter, TimeoutFailure } from '@temporalio/common';
import { decodeArrayFromPayloads } from '@temporalio/common/lib/internal-non-workflow';
import { type AttemptDetail, type AttemptsReport, HANDLER_ACTIVITY, type Heartbeat } from '../../protocol/task';
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
): Promise<AttemptsReport | undefined> {
  for (const event of events) {
    const reported = await reportOf(event, converter);
    if (reported) return reported;
  }
  return undefined;
}

/** What the end of an activity says of its attempts and those before. */
export async function reportOf(
  event: HistoryEvent,
  converter: LoadedDataConverter,
): Promise<AttemptsReport | undefined> {
  const failed = event.activityTaskFailedEventAttributes ?? event.markerRecordedEventAttributes;
  const failure = failed?.failure ?? event.activityTaskTimedOutEventAttributes?.failure;
  const error = failure && (await errorOf(converter, failure));
  if (error instanceof ApplicationFailure) {
    const detail = error.details?.[0] as Partial<AttemptDetail> | undefined;
    return complete(detail, detail?.held?.progress);
  }
  if (error instanceof TimeoutFailure) {
    const last = error.lastHeartbeatDetails as Heartbeat | undefined;
    return last && complete({ attempts: last.attempt, failures: last.failures }, last.progress);
  }
  const details = event.activityTaskCanceledEventAttributes?.details?.payloads;
  const [said] = details ? await decodeArrayFromPayloads(converter, details).catch(() => []) : [];
  return complete(said as Partial<AttemptsReport> | undefined);
}

function complete(said: Partial<AttemptsReport> | undefined, progress?: number): AttemptsReport | undefined {
  const { attempts, failures } = { ...said };
  if (typeof attempts !== 'number' || !Array.isArray(failures)) return undefined;
  return { attempts, failures, ...(progress !== undefined && { progress }) };
}
