import { ApplicationFailure } from '@temporalio/common';
import { FAILURE_CODES, type FailureCodeName, fingerprint } from '../tasks/failures';
import type { AttemptFailure, FailureDetail, HandlerCall } from '../tasks/words';
import type { AttemptMemory } from './attempt-memory';
import { artifactsOf, causeOf } from './failure-cause';
import type { StopReason } from './stop-signal';

/** An attempt that did not succeed, and all that tells why. */
export interface FailedAttempt {
  thrown: unknown;
  /** Set when the handler was told to stop. */
  stop: StopReason | undefined;
  call: HandlerCall;
  memory: AttemptMemory;
  startedAt: string;
  worker: string;
}

interface Failure {
  code: FailureCodeName;
  message: string;
  failures: AttemptFailure[];
  /** Milliseconds until the next attempt, or that there is none. */
  next: 'final' | number;
  retryAt?: string;
  nothingDone?: boolean;
}

/** Temporal keeps a failure of at most 4 KiB with a pending activity. */
const LONGEST_MESSAGE = 1000;

/** What the activity throws: type, details and delay say what the server and the workflow shall do. */
export function failureOf({ call, thrown }: FailedAttempt, failure: Failure): Error {
  const { code, message, failures, next, retryAt, nothingDone } = failure;
  const artifacts = artifactsOf(thrown);
  const detail: FailureDetail = {
    class: FAILURE_CODES[code].class,
    code,
    fingerprint: fingerprint(call.type, code, message),
    attempts: failures.at(-1)?.attempt ?? 0,
    failures,
    ...(retryAt && { retryAt }),
    ...(artifacts && { artifacts }),
    ...(nothingDone && { nothingDone }),
  };
  const cause = causeOf(thrown);
  return ApplicationFailure.create({
    message: cut(message),
    type: code,
    ...(cause && { cause }),
    // Also with a failure that shall be retried: an inline attempt has no heartbeat to leave its failures in,
    // and the server's own limit may be used up.
    details: [detail],
    ...(next === 'final' ? { nonRetryable: true } : { nextRetryDelay: Math.max(1, Math.round(next)) }),
  });
}

/** How the failure of this attempt is remembered. */
export function record(
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
