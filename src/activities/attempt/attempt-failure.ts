import { ApplicationFailure } from '@temporalio/common';
import type { AttemptDetail, AttemptFailure, HandlerCall, Heartbeat } from '../../protocol/task';
import { FAILURE_CODES, type FailureCodeName, fingerprint } from '../../tasks/failures';
import type { AttemptMemory } from './attempt-memory';
import { cutBytes, jsonBytes } from './bytes';
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
  /** Its last sign of life. */
  state: Heartbeat;
}

interface Failure {
  code: FailureCodeName;
  message: string;
  failures: AttemptFailure[];
  /** Milliseconds until the next attempt, or that there is none. */
  next: 'final' | number;
  retryAt?: string;
  nothingDone?: boolean;
  held?: Heartbeat;
}

/** Bytes of a message, also of one that is carried from attempt to attempt. */
const LONGEST_MESSAGE = 1000;

/**
 * Temporal keeps a failure of at most 4 KiB with an activity that is tried again, and puts a note of its own in the
 * place of a larger one. The rest is for names and numbers, and for what a codec adds.
 */
const KEPT_BY_SERVER = { message: 800, details: 900, causes: 1000 };
/** What the failure that ends an activity, or a local one, may weigh. */
const WHOLE = { message: LONGEST_MESSAGE, details: 64 * 1024, causes: 32 * 1024 };
/** Of a carried message, where little of it fits. */
const SHORT_MESSAGE = 200;

/** What the activity throws: type, details and delay say what the server and the workflow shall do. */
export function failureOf({ call, thrown }: FailedAttempt, failure: Failure): Error {
  const { code, message, failures, next, retryAt, nothingDone, held } = failure;
  const room = next === 'final' || call.inline ? WHOLE : KEPT_BY_SERVER;
  const artifacts = artifactsOf(thrown);
  const detail: AttemptDetail = {
    class: FAILURE_CODES[code].class,
    code,
    fingerprint: fingerprint(call.type, code, message),
    attempts: failures.at(-1)?.attempt ?? 0,
    failures: [],
    ...(retryAt && { retryAt }),
    ...(next === 'final' && artifacts && { artifacts }),
    ...(nothingDone && { nothingDone }),
    ...(held && { held }),
  };
  detail.failures = newestThatFit(failures, room.details - jsonBytes(detail));
  const cause = causeOf(thrown, room.causes);
  const error = ApplicationFailure.create({
    message: cutBytes(message, room.message),
    type: code,
    ...(cause && { cause }),
    // Also with a failure that shall be retried: an inline attempt has no heartbeat to leave its failures in,
    // and the server's own limit may be used up.
    details: [detail],
    ...(next === 'final' ? { nonRetryable: true } : { nextRetryDelay: Math.max(1, Math.round(next)) }),
  });
  // Its own frames are this file's; those of the cause are the handler's.
  error.stack = '';
  return error;
}

/** The last failures, oldest first. The heartbeat carries all of them to the next attempt. */
function newestThatFit(failures: readonly AttemptFailure[], bytes: number): AttemptFailure[] {
  const whole = fitting(failures, bytes);
  if (whole.length === failures.length) return whole;
  return fitting(
    failures.map((failure) => ({ ...failure, message: cutBytes(failure.message, SHORT_MESSAGE) })),
    bytes,
  );
}

function fitting(failures: readonly AttemptFailure[], bytes: number): AttemptFailure[] {
  let left = bytes;
  const first = failures.findLastIndex((failure) => {
    left -= jsonBytes(failure) + 1;
    return left < 0;
  });
  return failures.slice(first + 1);
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
    message: cutBytes(message, LONGEST_MESSAGE),
    fingerprint: fingerprint(call.type, code, message),
    startedAt,
    at: new Date().toISOString(),
    worker,
  };
}
