import { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import type { TaskClient } from '../../client/task-client';

/** Between two attempts at control work that needs another worker's catalogue; and how often it is passed on. */
const PASS_ON_MS = 300;
const SLOWEST_MS = 3000;
const MOST_PASSES = 60;
/** A worker that has just started says within seconds what it has: so many attempts, some seconds together, wait for it. */
const PASSES_FOR_STARTING = 6;

/** Whether control work that needs a task type is better left to another worker. */
export async function isElsewhere(tasks: TaskClient, type: string, attempt: number): Promise<boolean> {
  if (attempt > MOST_PASSES) return false;
  const serving = await tasks.serving(Context.current().info.taskQueue, type);
  return (serving ?? 0) > 0 || (serving === 0 && attempt <= PASSES_FOR_STARTING);
}

/** Ends an attempt so that another worker may take the work soon. */
export function passedOn(type: string, attempt: number): ApplicationFailure {
  return ApplicationFailure.create({
    message: `This worker does not know the task type ${type}; another one is asked`,
    type: 'CONFIG_MISSING_SERVICE',
    nextRetryDelay: Math.min(PASS_ON_MS * attempt, SLOWEST_MS),
  });
}
