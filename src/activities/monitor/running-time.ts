import type { PendingHandler } from '../../tasks/state';

/** What the server says of the attempt that ended last, as long as the next one has not begun. */
export interface LastAttempt {
  /** ISO time of its end. */
  endedAt?: string | undefined;
  /** True when the server gave it up at its limit, silent or not. */
  timedOut: boolean;
}

const RUNS: readonly PendingHandler['state'][] = ['started', 'cancel-requested', 'pause-requested'];

/**
 * Seconds that a task's attempts have run since the last (re)drive. Waiting counts for nothing: a task
 * that waits for a worker, for its next attempt, or for the end of a pause ran as long as its attempts did.
 * An attempt that the server gave up at its limit ran until then, since nobody can say that it did not; of
 * one that was lost earlier only its life signs count, as the next attempt will count them too.
 */
export function runningTime(handler: PendingHandler, last: LastAttempt, now: Date): number {
  const { ranBefore = 0, ranFor = 0 } = handler.heartbeat ?? {};
  const startedAt = Date.parse(handler.startedAt ?? '');
  if (Number.isNaN(startedAt)) return 0;
  if (RUNS.includes(handler.state)) return ranBefore + (now.getTime() - startedAt) / 1000;
  // An operator's retry sets the server's count back to 1: what ran before it counts no more.
  if (handler.state !== 'scheduled' || handler.attempt === 1) return 0;
  const given = last.timedOut && last.endedAt ? (Date.parse(last.endedAt) - startedAt) / 1000 : 0;
  return ranBefore + Math.max(ranFor, given);
}

/** Whether an attempt runs right now, so that its own limit may still end it. */
export function isRunning({ state }: PendingHandler): boolean {
  return RUNS.includes(state);
}
