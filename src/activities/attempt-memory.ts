import { fingerprint } from '../tasks/failures';
import type { AttemptFailure, HandlerCall, Heartbeat } from '../tasks/words';

/** What an attempt knows of those before it, from the heartbeat that they left with the server. */
export interface AttemptMemory {
  /** 1 for the first run of the handler. */
  attempt: number;
  offset: number;
  forgivenUpTo: number;
  failures: AttemptFailure[];
  progress: number;
  checkpoint: unknown;
}

/** Enough to see a pattern, little enough to travel with every heartbeat. */
const FAILURES_KEPT = 20;

/**
 * Reads the predecessor's last heartbeat. An attempt that left no failure behind was lost with its
 * worker: it is written down, but uses up no retry.
 * @param serverAttempt The server's count, which starts again at 1 when an operator says `retry`.
 */
export function remember(
  call: HandlerCall,
  serverAttempt: number,
  last: Heartbeat | undefined,
  now: Date,
): AttemptMemory {
  const before = call.carried.length;
  const wasReset = last !== undefined && last.attempt >= last.offset + serverAttempt;
  const offset = wasReset ? last.attempt + 1 - serverAttempt : (last?.offset ?? before);
  const attempt = offset + serverAttempt;
  const failures = last?.failures ?? call.carried;
  const recorded = new Set(failures.map((failure) => failure.attempt));
  const lost: AttemptFailure[] = [];
  for (let number = last?.attempt ?? before + 1; number < attempt; number++) {
    if (!recorded.has(number)) lost.push(lostAttempt(call, number, last, now));
  }
  return {
    attempt,
    offset,
    forgivenUpTo: wasReset ? last.attempt : (last?.forgivenUpTo ?? 0),
    failures: [...failures, ...lost].slice(-FAILURES_KEPT),
    progress: last?.progress ?? 0,
    checkpoint: last?.checkpoint,
  };
}

/** How many of the failures count against the policy. */
export function countingFailures(failures: AttemptFailure[], { forgivenUpTo }: AttemptMemory): number {
  return failures.filter((failure) => !failure.lost && failure.attempt > forgivenUpTo).length;
}

function lostAttempt(call: HandlerCall, attempt: number, last: Heartbeat | undefined, now: Date): AttemptFailure {
  const message = 'The worker was lost while the handler ran';
  return {
    attempt,
    code: 'SYSTEM_WORKER_CRASH',
    class: 'transient',
    message,
    fingerprint: fingerprint(call.type, 'SYSTEM_WORKER_CRASH', message),
    ...(last?.attempt === attempt && { startedAt: last.startedAt, worker: last.worker }),
    at: now.toISOString(),
    lost: true,
  };
}
