import { TimeoutType } from '@temporalio/common';
import {
  ActivityFailure,
  ApplicationFailure,
  CancelledFailure,
  isCancellation,
  patched,
  TimeoutFailure,
} from '@temporalio/workflow';
import {
  type AttemptDetail,
  type AttemptFailure,
  type AttemptsReport,
  attemptAfter,
  type FailureClass,
  type FailureDetail,
  type HandlerCall,
  type Heartbeat,
  type TaskEnd,
} from '../../protocol/task';

/** How a round of attempts ended. */
export type Outcome =
  | { kind: 'completed'; end: TaskEnd }
  | { kind: 'failed'; message: string; failure: FailureDetail; retryable: boolean; unknownType?: true }
  | { kind: 'cancelled'; error: unknown; report: AttemptsReport | undefined };

/** The activity has ended, and its attempts have not: another one goes on with them. */
export interface Interrupted {
  kind: 'interrupted';
  report: AttemptsReport;
  /** What the next attempt begins with. */
  resume?: Heartbeat;
  error: unknown;
}

/**
 * Reads what the server and the handler's wrapper say of a failed activity.
 * @param cancelled Whether the task was cancelled meanwhile: then an attempt that failed or was lost counts as cancelled.
 */
export function outcomeOf(error: unknown, call: HandlerCall, cancelled: boolean): Outcome | Interrupted {
  const cause = error instanceof ActivityFailure ? error.cause : error;
  if (isCancellation(error)) return { kind: 'cancelled', error, report: reportOf(cause) };
  // Thrown as it is, a failure would end the task as failed.
  if (cancelled) {
    const report = reportBeforeCancel(cause);
    return { kind: 'cancelled', error: new CancelledFailure('Cancelled', [], cause as Error), report };
  }
  if (cause instanceof ApplicationFailure) return thrownByHandler(cause, call);
  if (cause instanceof TimeoutFailure) return timedOut(cause, call);
  return failed(call, 'UNKNOWN', 'unknown', String(cause));
}

/** An attempt that had not begun leaves no report. */
function reportOf(cause: unknown): AttemptsReport | undefined {
  const report =
    cause instanceof CancelledFailure ? (cause.details?.[0] as Partial<AttemptsReport> | undefined) : undefined;
  return report?.attempts !== undefined && report.failures ? (report as AttemptsReport) : undefined;
}

/** What an attempt says that failed while its task was being cancelled. */
function reportBeforeCancel(cause: unknown): AttemptsReport | undefined {
  const detail = cause instanceof ApplicationFailure ? (cause.details?.[0] as FailureDetail | undefined) : undefined;
  return detail?.failures && { attempts: detail.attempts, failures: detail.failures };
}

function thrownByHandler(cause: ApplicationFailure, call: HandlerCall): Outcome | Interrupted {
  const detail = cause.details?.[0] as AttemptDetail | undefined;
  if (detail?.held) {
    const { attempts, failures, held } = detail;
    const report = { attempts, failures, progress: held.progress };
    return { kind: 'interrupted', report, resume: held, error: cause };
  }
  if (detail?.failures)
    return { kind: 'failed', message: cause.message, failure: detail, retryable: !cause.nonRetryable };
  if (cause.type !== 'NotFoundError') return failed(call, 'UNKNOWN', 'unknown', cause.message);
  // Not from our wrapper: the worker that took the attempt has no handler for this type.
  const message = `No worker of queue ${call.policy.queue} knows the task type ${call.type}.`;
  const outcome = failed(call, 'CONFIG_MISSING_SERVICE', 'configuration', message, undefined, { began: false });
  return { ...outcome, unknownType: true };
}

function timedOut(cause: TimeoutFailure, call: HandlerCall): Outcome | Interrupted {
  const { policy } = call;
  const last = cause.lastHeartbeatDetails as Heartbeat | undefined;
  if (cause.timeoutType === TimeoutType.SCHEDULE_TO_START) {
    // The server hands over how the attempt before this one ended: the first worker came long ago.
    const hadWorker = last !== undefined || Boolean(cause.failure?.cause);
    if (hadWorker && patched('queue-time-ends-with-the-first-worker')) return goneOn(cause, call, last);
    const message = `Task timed out in queue after ${policy.maxQueueTime} seconds`;
    return failed(call, 'TASK_QUEUE_TIMED_OUT', 'configuration', message, last, { began: false });
  }
  if (!call.idempotent) {
    const message = 'Outcome unknown: the worker was lost while the handler ran';
    return failed(call, 'OUTCOME_UNKNOWN', 'unknown', message, last);
  }
  if (cause.timeoutType === TimeoutType.HEARTBEAT) {
    const message = `${policy.lostAttempts + 1} attempts were lost with their workers`;
    return failed(call, 'SYSTEM_WORKER_CRASH', 'transient', message, last);
  }
  const { timeout, maxProcessingTime } = policy;
  return maxProcessingTime !== undefined && maxProcessingTime <= timeout
    ? failed(call, 'TASK_TIMED_OUT', 'external', `Task timed out after ${maxProcessingTime} seconds`, last)
    : failed(call, 'EXTERNAL_TIMEOUT', 'external', `Attempt timed out after ${timeout} seconds`, last);
}

/** An attempt that waited for a place longer than the task may wait for its first worker: others take its turn. */
function goneOn(error: TimeoutFailure, call: HandlerCall, last: Heartbeat | undefined): Interrupted {
  if (last) {
    const { attempt: attempts, failures, progress } = last;
    return { kind: 'interrupted', report: { attempts, failures, progress }, resume: last, error };
  }
  // It died before its first sign of life.
  const attempt = attemptAfter(call.carried);
  const loss: AttemptFailure = {
    attempt,
    code: 'SYSTEM_WORKER_CRASH',
    class: 'transient',
    message: 'The worker was lost while the handler ran',
    fingerprint: `${call.type}/SYSTEM_WORKER_CRASH`,
    at: new Date().toISOString(),
    lost: true,
  };
  return { kind: 'interrupted', report: { attempts: attempt, failures: [...call.carried, loss] }, error };
}

/** A failure that the server reports and not the handler's wrapper: the last attempt left no report of its own. */
function failed(
  call: HandlerCall,
  code: string,
  failureClass: FailureClass,
  message: string,
  last?: Heartbeat,
  { began = true } = {},
): Extract<Outcome, { kind: 'failed' }> {
  const known = last?.failures ?? call.carried;
  // Workflow code cannot hash; type and code group what the server itself reports well enough.
  const fingerprint = `${call.type}/${code}`;
  const failure: AttemptFailure = {
    attempt: last?.attempt ?? attemptAfter(known),
    code,
    class: failureClass,
    message,
    fingerprint,
    ...(last && { startedAt: last.startedAt, worker: last.worker }),
    at: new Date().toISOString(),
  };
  const failures = began && known.at(-1)?.attempt !== failure.attempt ? [...known, failure] : known;
  const detail = { class: failureClass, code, fingerprint, attempts: failures.at(-1)?.attempt ?? 0, failures };
  return { kind: 'failed', message, failure: detail, retryable: false };
}
