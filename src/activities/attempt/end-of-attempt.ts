import { CancelledFailure } from '@temporalio/common';
import type { AttemptFailure, AttemptsReport, Heartbeat } from '../../protocol/task';
import { FAILURE_CODES } from '../../tasks/failures';
import { retryDelay, withJitter } from '../../tasks/policy';
import { retryOf } from '../../tasks/retry';
import { classify } from '../classify';
import { type FailedAttempt, failureOf, record } from './attempt-failure';
import { keep } from './attempt-memory';
import { causeOf, saysNothingDone } from './failure-cause';
import { StepBack } from './step-back';
import type { AttemptOutcome } from './work-metrics';

export interface EndOfAttempt {
  /** What the activity throws. */
  error: Error;
  /** What the next attempt shall find in the last heartbeat. */
  leaves: Partial<Heartbeat>;
  outcome: AttemptOutcome;
  level: 'info' | 'warn' | 'error';
  message: string;
}

/** Thrown before an attempt begins: workers keep dying of this task, so the handler is not called again. */
export class LostTooOften extends Error {
  override readonly name = 'LostTooOften';

  constructor(lost: number) {
    super(`${lost} attempts were lost with their workers`);
  }
}

/** Thrown before an inline attempt begins that may have killed a worker: what ordinary attempts are for, losses are counted. */
export class LostInline extends Error {
  override readonly name = 'LostInline';

  /** @param loss Absent when the history could not be read. */
  constructor(readonly loss: AttemptFailure | undefined) {
    super(loss?.message ?? 'It is not known whether a worker was lost while the inline attempt ran');
  }
}

/** A handed-over attempt starts again elsewhere at once. */
const HANDED_OVER_DELAY_MS = 100;

/** Decides what a failed attempt means: cancelled, lost without using up a retry, retried, or used up. */
export function endOf(attempt: FailedAttempt): EndOfAttempt {
  const { thrown, stop, memory } = attempt;
  if (stop === 'cancelled') {
    // The workflow may go on to end the task on an operator's command; the failure has how often it was tried.
    const report: AttemptsReport = { attempts: memory.attempt, failures: memory.failures };
    const cause = thrown instanceof CancelledFailure ? undefined : causeOf(thrown);
    const error = new CancelledFailure('cancelled', [report], cause);
    return {
      error,
      leaves: { failures: memory.failures },
      outcome: 'cancelled',
      level: 'info',
      message: 'Attempt cancelled',
    };
  }
  if (stop === 'handed-over') return handedOver(attempt);
  if (thrown instanceof StepBack) return steppedBack(attempt, thrown);
  if (thrown instanceof LostTooOften) return lostTooOften(attempt, thrown);
  if (thrown instanceof LostInline) return lostInline(attempt, thrown);
  return failed(attempt);
}

function failed(attempt: FailedAttempt): EndOfAttempt {
  const { thrown, call, memory } = attempt;
  const { code, message, retryAfter, error } = classify(thrown);
  const failures = keep([...memory.failures, { ...record(attempt, code, message), error }]);
  const used = memory.failed + 1;
  const retry = retryOf(code, call.policy);
  const nothingDone = saysNothingDone(thrown);
  const mayRepeat = call.idempotent || nothingDone;
  const final = !mayRepeat || !FAILURE_CODES[code].retryable || used >= retry.attempts;
  const delay = retryAfter ?? withJitter(retryDelay(retry, used), retry.jitter);
  const retryAt = retryAfter !== undefined && new Date(Date.now() + retryAfter * 1000).toISOString();
  return {
    error: failureOf(attempt, {
      code,
      message,
      failures,
      next: final ? 'final' : delay * 1000,
      ...(retryAt && { retryAt }),
      nothingDone,
    }),
    leaves: { failures, failed: used },
    outcome: 'failed',
    level: final ? 'error' : 'warn',
    message: final
      ? `Attempt failed for good: ${message}`
      : `Attempt failed, next in ${delay.toFixed(1)} s: ${message}`,
  };
}

/** The attempt has done nothing yet, or a part that stays done: it leaves its number to the next one. */
function steppedBack(attempt: FailedAttempt, { message, until, breaker, awaits, unheld }: StepBack): EndOfAttempt {
  const { memory, call, state, startedAt } = attempt;
  const ranFor = (Date.now() - Date.parse(startedAt)) / 1000;
  const number = { attempt: memory.attempt - 1, offset: memory.offset - 1 };
  const held: Heartbeat | undefined =
    unheld && call.mayBeHeld ? { ...state, ...number, failures: memory.failures, ranFor } : undefined;
  const next = Math.max(HANDED_OVER_DELAY_MS, until.getTime() - Date.now());
  return {
    error: failureOf(attempt, {
      code: breaker ? 'CIRCUIT_OPEN' : 'TRANSIENT_RESOURCE',
      message,
      failures: memory.failures,
      next: held ? 'final' : next,
      ...(held && { held }),
    }),
    leaves: {
      ...number,
      failures: memory.failures,
      ...(breaker && { waitsFor: { breaker, until: until.toISOString() } }),
      ...(awaits && { awaits }),
    },
    outcome: 'lost',
    level: 'info',
    message,
  };
}

function lostTooOften(attempt: FailedAttempt, { message }: LostTooOften): EndOfAttempt {
  const { failures } = attempt.memory;
  return {
    error: failureOf(attempt, { code: 'SYSTEM_WORKER_CRASH', message, failures, next: 'final' }),
    leaves: { failures },
    outcome: 'lost',
    level: 'error',
    message,
  };
}

/** The workflow goes on with ordinary attempts. */
function lostInline(attempt: FailedAttempt, { message, loss }: LostInline): EndOfAttempt {
  const failures = keep([...attempt.memory.failures, ...(loss ? [loss] : [])]);
  return {
    error: failureOf(attempt, { code: 'SYSTEM_WORKER_CRASH', message, failures, next: HANDED_OVER_DELAY_MS }),
    leaves: { failures },
    outcome: 'lost',
    level: 'warn',
    message: `${message}; goes on as an ordinary attempt`,
  };
}

/** Ended by a shutdown or a reset: the attempt uses up no retry, unless its outcome is unknown. */
function handedOver(attempt: FailedAttempt): EndOfAttempt {
  const { call, memory } = attempt;
  const reason = 'The worker shut down or handed the attempt over';
  if (!call.idempotent) {
    const message = `Outcome unknown: ${reason.toLowerCase()} while the handler ran`;
    const failures = keep([...memory.failures, record(attempt, 'OUTCOME_UNKNOWN', message)]);
    return {
      error: failureOf(attempt, { code: 'OUTCOME_UNKNOWN', message, failures, next: 'final' }),
      leaves: { failures },
      outcome: 'lost',
      level: 'error',
      message,
    };
  }
  const loss: AttemptFailure = { ...record(attempt, 'SYSTEM_WORKER_CRASH', reason), lost: true };
  const failures = keep([...memory.failures, loss]);
  return {
    error: failureOf(attempt, { code: 'SYSTEM_WORKER_CRASH', message: reason, failures, next: HANDED_OVER_DELAY_MS }),
    leaves: { failures, lost: memory.lost + 1 },
    outcome: 'lost',
    level: 'info',
    message: reason,
  };
}
