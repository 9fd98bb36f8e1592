import type { AttemptPolicy } from '../../protocol/task';
import { TaskFailure } from '../../tasks/failures';

/** How long an attempt may run, and what its end for that reason is called. */
export interface TimeLimit {
  seconds: number;
  failure: TaskFailure;
}

/**
 * The attempt's own limit, or what is left of the task's processing time when that is less.
 * @param ranBefore Seconds that earlier attempts ran since the last (re)drive.
 */
export function timeLimit(
  { timeout, maxProcessingTime = Number.POSITIVE_INFINITY }: AttemptPolicy,
  ranBefore: number,
): TimeLimit {
  const left = Math.max(0, maxProcessingTime - ranBefore);
  return left <= timeout
    ? { seconds: left, failure: new TaskFailure('TASK_TIMED_OUT', `Task timed out after ${maxProcessingTime} seconds`) }
    : { seconds: timeout, failure: new TaskFailure('EXTERNAL_TIMEOUT', `Attempt timed out after ${timeout} seconds`) };
}
