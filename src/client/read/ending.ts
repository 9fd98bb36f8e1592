import { ApplicationFailure, type LoadedDataConverter } from '@temporalio/common';
import { decodeArrayFromPayloads } from '@temporalio/common/lib/internal-non-workflow';
import type { temporal } from '@temporalio/proto';
import type { ArtifactRef, AttemptFailure, FailureDetail, TaskEnd } from '../../protocol/task';
import type { RunStatus, TaskFacts } from '../../tasks/state';
import { errorOf } from './error-of';
import { isoTime } from './facts';

export type HistoryEvent = temporal.api.history.v1.IHistoryEvent;

/** A task's failure, as it is shown to people and programs. */
export interface TaskFailureView {
  code: string;
  class: AttemptFailure['class'];
  message: string;
  fingerprint: string;
  /** Nobody will run it again by itself. */
  abandoned?: true;
  /** Why, when no operator did it. */
  abandonedBecause?: string;
  /** Files that the task made all the same. */
  artifacts?: Record<string, ArtifactRef>;
}

/** How a closed run ended. */
export interface TaskEnding {
  output?: unknown;
  failure?: TaskFailureView;
  attempts: number;
  failures: AttemptFailure[];
  resolvedBy?: string;
}

/** The facts of an open run, brought up to date by the event that closed it. */
export function closedFacts(facts: TaskFacts, event: HistoryEvent): TaskFacts {
  const { handler: _handler, finishing: _finishing, workflowTask: _workflowTask, ...kept } = facts;
  return { ...kept, status: statusOf(event), closedAt: isoTime(event.eventTime) ?? new Date().toISOString() };
}

/** What the event that closed a run says of its end; values that travelled by reference stay references. */
export async function endingOf(
  event: HistoryEvent,
  facts: TaskFacts,
  converter: LoadedDataConverter,
): Promise<TaskEnding> {
  if (event.workflowExecutionCompletedEventAttributes) {
    const { result } = event.workflowExecutionCompletedEventAttributes;
    const [end] = await decodeArrayFromPayloads(converter, result?.payloads as never);
    return end as TaskEnd;
  }
  if (event.workflowExecutionFailedEventAttributes) {
    const { failure } = event.workflowExecutionFailedEventAttributes;
    return endingOfFailure(await errorOf(converter, failure), facts);
  }
  if (event.workflowExecutionTerminatedEventAttributes) {
    const { reason, details } = event.workflowExecutionTerminatedEventAttributes;
    const [given] = await decodeArrayFromPayloads(converter, details?.payloads as never).catch(() => []);
    return terminated(reason || 'Terminated', given, facts);
  }
  if (event.workflowExecutionTimedOutEventAttributes) return plain(timedOut(facts));
  return { attempts: 0, failures: [] };
}

/** The monitor terminates with a {@link FailureDetail}; anybody else with a reason at most. */
function terminated(message: string, given: unknown, facts: TaskFacts): TaskEnding {
  const detail = given as Partial<FailureDetail> | undefined;
  if (typeof detail?.code === 'string' && detail.class && detail.fingerprint) {
    const { class: failureClass, code, fingerprint, attempts = 0, failures = [] } = detail;
    return { failure: { code, class: failureClass, message, fingerprint }, attempts, failures };
  }
  return plain({
    code: 'FAILED_BY_OPERATOR',
    class: 'permanent',
    fingerprint: 'terminated',
    ...facts.failure,
    message,
  });
}

function statusOf(event: HistoryEvent): RunStatus {
  if (event.workflowExecutionCompletedEventAttributes) return 'completed';
  if (event.workflowExecutionFailedEventAttributes) return 'failed';
  if (event.workflowExecutionCanceledEventAttributes) return 'cancelled';
  if (event.workflowExecutionTerminatedEventAttributes) return 'terminated';
  if (event.workflowExecutionTimedOutEventAttributes) return 'timed-out';
  return 'continued';
}

function endingOfFailure(error: Error | undefined, facts: TaskFacts): TaskEnding {
  const fallback = facts.failure ?? { class: 'unknown' as const, code: 'UNKNOWN', fingerprint: '' };
  const message = error?.message ?? 'Failed';
  if (!(error instanceof ApplicationFailure)) return plain({ ...fallback, message });
  const detail = error.details?.[0] as FailureDetail | undefined;
  const { class: failureClass, fingerprint } = detail ?? fallback;
  const failure: TaskFailureView = { code: error.type ?? fallback.code, class: failureClass, message, fingerprint };
  if (detail?.abandoned) failure.abandoned = true;
  if (detail?.abandonedBecause) failure.abandonedBecause = detail.abandonedBecause;
  if (detail?.artifacts) failure.artifacts = detail.artifacts;
  return { failure, attempts: detail?.attempts ?? 0, failures: detail?.failures ?? [] };
}

/** The server ends a run by itself for one of two limits; which one, follows from the policy and the time. */
function timedOut({ type, memo, closedAt }: TaskFacts): TaskFailureView {
  const { maxQueueTime, maxTotalTime } = memo.policy ?? {};
  const lived = (Date.parse(closedAt ?? '') - Date.parse(memo.createdAt ?? '')) / 1000;
  const total = maxTotalTime !== undefined && (maxQueueTime === undefined || lived >= maxTotalTime - 0.5);
  const code = total ? 'TASK_TIMED_OUT' : 'TASK_QUEUE_TIMED_OUT';
  const message = total
    ? `Task timed out after ${maxTotalTime} seconds`
    : `Task timed out in queue after ${maxQueueTime} seconds`;
  return { code, class: total ? 'external' : 'configuration', message, fingerprint: `${type}/${code}` };
}

function plain(failure: TaskFailureView): TaskEnding {
  return { failure, attempts: 0, failures: [] };
}
