import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { FAILURE_CODES, type FailureCodeName, fingerprint } from '../tasks/failures';
import { retryDelay, withJitter } from '../tasks/policy';
import { retryOf } from '../tasks/retry';
import type { AttemptFailure, FailureDetail, HandlerCall } from '../tasks/words';
import { type AttemptMemory, countingFailures } from './attempt-memory';
import { type Classified, classify } from './classify';
import { HeldBack } from './hold';
import type { StopReason } from './stop-signal';

interface FailedAttempt {
  thrown: unknown;
  /** Set when the handler was told to stop. */
  stop: StopReason | undefined;
  call: HandlerCall;
  memory: AttemptMemory;
  startedAt: string;
  worker: string;
}

export interface EndOfAttempt {
  /** What the activity throws. */
  error: Error;
  /** The failures that the next attempt shall know of. */
  failures: AttemptFailure[];
  level: 'info' | 'warn' | 'error';
  message: string;
}

/** Temporal keeps a failure of at most 4 KiB with a pending activity. */
const LONGEST_MESSAGE = 1000;

/** A handed-over attempt starts again elsewhere at once. */
const HANDED_OVER_DELAY_MS = 100;

/** Decides what a failed attempt means: cancelled, lost without using up a retry, retried, or used up. */
export function endOf(attempt: FailedAttempt): EndOfAttempt {
  const { thrown, stop, call, memory } = attempt;
  if (stop === 'cancelled') {
    const error = thrown instanceof CancelledFailure ? thrown : new CancelledFailure('cancelled', [], asError(thrown));
    return { error, failures: memory.failures, level: 'info', message: 'Attempt cancelled' };
  }
  if (stop === 'handed-over' || thrown instanceof HeldBack) return lost(attempt);
  const { code, message, retryAfter, error } = classify(thrown);
  const failures = [...memory.failures, { ...record(attempt, code, message), error }];
  const used = countingFailures(failures, memory);
  const retry = retryOf(code, call.policy);
  const final = !call.idempotent || !FAILURE_CODES[code].retryable || used >= retry.attempts;
  const delay = retryAfter ?? withJitter(retryDelay(retry, used), retry.jitter);
  return {
    error: failureOf(attempt, { code, message }, failures, final ? 'final' : delay * 1000),
    failures,
    level: final ? 'error' : 'warn',
    message: final
      ? `Attempt failed for good: ${message}`
      : `Attempt failed, next in ${delay.toFixed(1)} s: ${message}`,
  };
}

/** Ended by a shutdown, a reset or a pause: the attempt uses up no retry, unless its outcome is unknown. */
function lost(attempt: FailedAttempt): EndOfAttempt {
  const held = attempt.thrown instanceof HeldBack;
  const reason = held ? 'Held back: the task is paused' : 'The worker shut down or handed the attempt over';
  if (!attempt.call.idempotent && !held) {
    const message = `Outcome unknown: ${reason.toLowerCase()} while the handler ran`;
    const failures = [...attempt.memory.failures, record(attempt, 'OUTCOME_UNKNOWN', message)];
    return {
      error: failureOf(attempt, { code: 'OUTCOME_UNKNOWN', message }, failures, 'final'),
      failures,
      level: 'error',
      message,
    };
  }
  const failures = [...attempt.memory.failures, { ...record(attempt, 'SYSTEM_WORKER_CRASH', reason), lost: true }];
  return {
    error: failureOf(attempt, { code: 'SYSTEM_WORKER_CRASH', message: reason }, failures, HANDED_OVER_DELAY_MS),
    failures,
    level: 'info',
    message: reason,
  };
}

function failureOf(
  attempt: FailedAttempt,
  { code, message }: Pick<Classified, 'code' | 'message'>,
  failures: AttemptFailure[],
  next: 'final' | number,
): Error {
  const { call, thrown } = attempt;
  const detail: FailureDetail = {
    class: FAILURE_CODES[code].class,
    code,
    fingerprint: fingerprint(call.type, code, message),
    attempts: attempt.memory.attempt,
    failures,
  };
  const cause = asError(thrown);
  return ApplicationFailure.create({
    message: cut(message),
    type: code,
    ...(cause && { cause }),
    // Also with a failure that shall be retried: an inline attempt has no heartbeat to leave its failures in,
    // and attempts that were lost may have used up the server's own limit.
    details: [detail],
    ...(next === 'final' ? { nonRetryable: true } : { nextRetryDelay: Math.max(1, Math.round(next)) }),
  });
}

function record(
  { call, memory, startedAt, worker }: FailedAttempt,
  code: FailureCodeName,
  message: string,
): AttemptFailure {
  return {
    attempt: memory.attempt,
    code,
    class: FAILURE_CODES[code].class,
    message: cut(message),
    fingerprint: fingerprint(call.type, code, message),
    startedAt,
    at: new Date().toISOString(),
    worker,
  };
}

function cut(message: string): string {
  return message.length > LONGEST_MESSAGE ? `${message.slice(0, LONGEST_MESSAGE)}…` : message;
}

function asError(thrown: unknown): Error | undefined {
  return thrown instanceof Error ? thrown : undefined;
}
