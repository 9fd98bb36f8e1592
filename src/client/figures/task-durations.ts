import { ApplicationFailure, type LoadedDataConverter } from '@temporalio/common';
import { decodeArrayFromPayloads } from '@temporalio/common/lib/internal-non-workflow';
import {
  type AttemptFailure,
  type FailureDetail,
  HANDLER_ACTIVITY,
  type HandlerReturn,
  type TaskStart,
} from '../../protocol/task';
import type { HistoryEvent } from '../read/ending';
import { errorOf } from '../read/error-of';
import { isoTime } from '../read/facts';

/** How long an ended task waited for its first attempt, and how long its last attempt ran; seconds. */
export interface TaskDurations {
  wait: number;
  run: number;
}

/** One attempt of the history; milliseconds since the epoch. */
interface Attempt {
  startedAt: number;
  endedAt: number;
  failures: AttemptFailure[];
}

/** What the SDK writes down of a local activity, in the marker of an inline attempt. */
interface LocalActivity {
  complete_time?: { seconds?: number; nanos?: number };
}

/**
 * Reads a run's history. `undefined` when no attempt began: the task was ended while it waited.
 * @param createdAt When the task was submitted; ISO.
 */
export async function durationsOf(
  events: readonly HistoryEvent[],
  createdAt: string,
  converter: LoadedDataConverter,
): Promise<TaskDurations | undefined> {
  const attempts = await attemptsOf(events, converter);
  const [first, last] = [attempts[0], attempts.at(-1)];
  if (!first || !last) return undefined;
  // The server writes down the last attempt of a round only; the failures know when the first one began.
  const [failure] = first.failures;
  const begun = failure?.attempt === 1 && failure.startedAt ? Date.parse(failure.startedAt) : first.startedAt;
  const due = await dueTime(events[0], createdAt, converter);
  return { wait: seconds(begun - due), run: seconds(last.endedAt - last.startedAt) };
}

async function attemptsOf(events: readonly HistoryEvent[], converter: LoadedDataConverter): Promise<Attempt[]> {
  const attempts: Attempt[] = [];
  const handlers = new Set<string>();
  const started = new Map<string, number>();
  let workflowTaskSince: number | undefined;
  for (const event of events) {
    const at = Date.parse(isoTime(event.eventTime) ?? '');
    const scheduled = event.activityTaskScheduledEventAttributes;
    if (scheduled?.activityId?.startsWith(HANDLER_ACTIVITY)) handlers.add(String(event.eventId));
    const begin = event.activityTaskStartedEventAttributes;
    if (begin && handlers.has(String(begin.scheduledEventId))) started.set(String(begin.scheduledEventId), at);
    const end =
      event.activityTaskCompletedEventAttributes ??
      event.activityTaskFailedEventAttributes ??
      event.activityTaskTimedOutEventAttributes ??
      event.activityTaskCanceledEventAttributes;
    const startedAt = started.get(String(end?.scheduledEventId));
    if (end && startedAt !== undefined) {
      attempts.push({ startedAt, endedAt: at, failures: await failuresOf(event, converter) });
    }
    const inline = event.markerRecordedEventAttributes?.details?.data;
    if (inline && workflowTaskSince !== undefined) {
      const [local] = await decodeArrayFromPayloads(converter, inline.payloads as never).catch(() => []);
      const { complete_time: completed } = (local ?? {}) as LocalActivity;
      const endedAt = Date.parse(isoTime(completed) ?? '');
      // The SDK counts that time from the start of the workflow task on.
      if (endedAt >= workflowTaskSince) attempts.push({ startedAt: workflowTaskSince, endedAt, failures: [] });
    }
    workflowTaskSince = sinceOf(event, workflowTaskSince, at);
  }
  return attempts;
}

/**
 * Since when an inline attempt may run: one that takes long keeps its workflow tasks following each other.
 * Whatever wakes the workflow, or takes it away from its worker, begins anew.
 */
function sinceOf(event: HistoryEvent, since: number | undefined, at: number): number | undefined {
  if (event.workflowTaskStartedEventAttributes) return since ?? at;
  const anew =
    event.timerFiredEventAttributes ??
    event.workflowExecutionSignaledEventAttributes ??
    event.activityTaskCompletedEventAttributes ??
    event.activityTaskFailedEventAttributes ??
    event.workflowTaskTimedOutEventAttributes ??
    event.workflowTaskFailedEventAttributes;
  return anew ? undefined : since;
}

async function failuresOf(event: HistoryEvent, converter: LoadedDataConverter): Promise<AttemptFailure[]> {
  const { activityTaskCompletedEventAttributes: done, activityTaskFailedEventAttributes: failed } = event;
  if (done) {
    const [end] = await decodeArrayFromPayloads(converter, done.result?.payloads as never).catch(() => []);
    return (end as HandlerReturn | undefined)?.failures ?? [];
  }
  if (!failed) return [];
  const error = await errorOf(converter, failed.failure);
  const detail = error instanceof ApplicationFailure ? (error.details?.[0] as FailureDetail | undefined) : undefined;
  return detail?.failures ?? [];
}

/** From when on the task could have run: its submission, the time it was scheduled for, or an operator's retry. */
async function dueTime(
  first: HistoryEvent | undefined,
  createdAt: string,
  converter: LoadedDataConverter,
): Promise<number> {
  const payloads = first?.workflowExecutionStartedEventAttributes?.input?.payloads;
  const [start] = await decodeArrayFromPayloads(converter, payloads as never).catch(() => []);
  const { runAt, redrive } = (start ?? {}) as Partial<TaskStart>;
  if (redrive) return Date.parse(isoTime(first?.eventTime) ?? createdAt);
  return Math.max(Date.parse(createdAt), runAt ? Date.parse(runAt) : 0);
}

/** To the millisecond. Clocks of two machines may differ by more than a short wait. */
function seconds(milliseconds: number): number {
  return Math.max(0, Math.round(milliseconds)) / 1000;
}
