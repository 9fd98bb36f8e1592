import { HANDLER_ACTIVITY } from '../../protocol/task';
import type { TaskFacts } from '../../tasks/state';

/** A task that only needs a worker to go on. */
export interface Wait {
  /** Milliseconds since the epoch: when its turn came. */
  since: number;
  /** Whether an attempt of it has begun; `undefined` when only its history says so. */
  begun: boolean | undefined;
}

/** The first activity of a task's first round. */
const FIRST = `${HANDLER_ACTIVITY}-1`;
/** Events of a run that no worker has ever taken: its start, and the task for its workflow. */
const NEVER_TAKEN = 2;

/**
 * Since when a task waits for nothing but a worker; `undefined` while it runs, or while its time has not come: a delay
 * between attempts, an open breaker, a pause, a parking and a planned start are no waits for a worker.
 */
export function waitOf(facts: TaskFacts, now: Date): Wait | undefined {
  const { handler, recorded, memo, workflowTask, startedAt, historyLength } = facts;
  if (recorded === 'paused' || recorded === 'dead-lettered') return undefined;
  if (handler) {
    if (handler.state !== 'scheduled') return undefined;
    const since = latest(handler.scheduledAt, handler.nextAttemptAt) ?? now.getTime();
    const begun = handler.attempt > 1 || handler.activityId !== FIRST || memo.inline === true;
    return since > now.getTime() ? undefined : { since, begun };
  }
  if (workflowTask?.started) return undefined;
  const since = latest(workflowTask?.since ?? startedAt, memo.runAt) ?? now.getTime();
  if (since > now.getTime()) return undefined;
  if (recorded === 'scheduled' || historyLength <= NEVER_TAKEN) return { since, begun: false };
  return workflowTask ? { since, begun: undefined } : undefined;
}

function latest(...times: (string | undefined)[]): number | undefined {
  const known = times.map((time) => Date.parse(time ?? '')).filter((time) => !Number.isNaN(time));
  return known.length > 0 ? Math.max(...known) : undefined;
}
