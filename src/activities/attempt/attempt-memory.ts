import { type AttemptFailure, attemptAfter, type HandlerCall, type Heartbeat } from '../../protocol/task';
import { fingerprint } from '../../tasks/failures';

/** What an attempt knows of those before it, from the heartbeat that they left with the server. */
export interface AttemptMemory {
  /** 1 for the first run of the handler. */
  attempt: number;
  offset: number;
  forgivenUpTo: number;
  /** Failures and losses that count against the policy. */
  failed: number;
  lost: number;
  /** Seconds that earlier attempts ran since the last (re)drive. */
  ranBefore: number;
  failures: AttemptFailure[];
  progress: number;
  checkpoint: unknown;
  /** True for the attempt that an operator's retry called. */
  wasReset: boolean;
}

/** Enough to see a pattern, little enough to travel with every heartbeat. */
const FAILURES_KEPT = 20;

/**
 * Reads the predecessor's last heartbeat, be it of the activity before this one. An attempt that left no failure behind was lost with its
 * worker: it is written down, but uses up no retry.
 * @param serverAttempt The server's count, which starts again at 1 when an operator says `retry`.
 */
export function remember(
  call: HandlerCall,
  serverAttempt: number,
  beat: Heartbeat | undefined,
  now: Date,
): AttemptMemory {
  const before = attemptAfter(call.carried) - 1;
  const last = beat ?? (call.resume && { ...call.resume, offset: call.resume.attempt });
  const wasReset = last !== undefined && last.attempt >= last.offset + serverAttempt;
  const offset = wasReset ? last.attempt + 1 - serverAttempt : (last?.offset ?? before);
  const attempt = offset + serverAttempt;
  const lost = lostAttempts(call, attempt, last, now);
  const common = {
    attempt,
    offset,
    failures: keep([...(last?.failures ?? call.carried), ...lost]),
    progress: last?.progress ?? 0,
    checkpoint: last?.checkpoint,
    wasReset,
  };
  if (wasReset) return { ...common, forgivenUpTo: last.attempt, failed: 0, lost: 0, ranBefore: 0 };
  const forgivenUpTo = last?.forgivenUpTo ?? call.forgivenUpTo ?? 0;
  return {
    ...common,
    forgivenUpTo,
    failed: last?.failed ?? countFailed(common.failures, forgivenUpTo),
    lost: (last?.lost ?? countLost(call.carried, forgivenUpTo)) + lost.length,
    ranBefore: last ? (last.ranBefore ?? 0) + (last.ranFor ?? 0) : lostTime(call.carried, forgivenUpTo),
  };
}

/** The last failures; older ones are counted, but not kept. */
export function keep(failures: AttemptFailure[]): AttemptFailure[] {
  return failures.slice(-FAILURES_KEPT);
}

function countFailed(failures: AttemptFailure[], forgivenUpTo: number): number {
  return failures.filter((failure) => !failure.lost && failure.attempt > forgivenUpTo).length;
}

function countLost(failures: AttemptFailure[], forgivenUpTo: number): number {
  return failures.filter((failure) => failure.lost && failure.attempt > forgivenUpTo).length;
}

/** Seconds that an inline attempt ran before its worker was lost. */
function lostTime(failures: AttemptFailure[], forgivenUpTo: number): number {
  const counted = failures.filter((failure) => failure.lost && failure.attempt > forgivenUpTo);
  const seconds = counted.map(({ startedAt, at }) => (Date.parse(at) - Date.parse(startedAt ?? at)) / 1000);
  return seconds.reduce((sum, each) => sum + Math.max(0, each), 0);
}

/** The attempts between the last sign of life and this one that left no failure behind. */
function lostAttempts(call: HandlerCall, attempt: number, last: Heartbeat | undefined, now: Date): AttemptFailure[] {
  const recorded = new Set((last?.failures ?? call.carried).map((failure) => failure.attempt));
  const lost: AttemptFailure[] = [];
  // An attempt that stepped back left the number of the one before it, which may be none.
  for (let number = Math.max(1, last?.attempt ?? attemptAfter(call.carried)); number < attempt; number++) {
    if (!recorded.has(number)) lost.push(lostAttempt(call, number, last, now));
  }
  return lost;
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
