import type { WorkflowExecutionDescription } from '@temporalio/client';
import type { TaskMemo } from '../../protocol/task';

/** The server's search attribute that holds the time for which a schedule started a run. */
const FIRE_TIME = 'TemporalScheduledStartTime';

/** A time as the server writes it into the ID of a schedule's run: to the second. */
function fireText(time: Date): string {
  return `${time.toISOString().slice(0, 19)}Z`;
}

/** The key of a schedule's run. */
export function keyAt(scheduleId: string, time: Date): string {
  return `${scheduleId}@${fireText(time)}`;
}

/** ID of the workflow in a schedule's action. The server adds `-` and the fire time for each run. */
export function scheduledTaskId(type: string, scheduleId: string): string {
  return `${type}:${scheduleId}`;
}

/** ID of the task that a schedule starts for one of its times. */
export function taskIdAt(type: string, scheduleId: string, time: Date): string {
  return `${scheduledTaskId(type, scheduleId)}-${fireText(time)}`;
}

/** The time that a schedule's run was for, from its ID; `undefined` for a task that no schedule started. */
export function timeOfRun(taskId: string): Date | undefined {
  const [text] = /(?<=-)\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.exec(taskId) ?? [];
  const time = new Date(text ?? '');
  return Number.isNaN(time.getTime()) ? undefined : time;
}

/**
 * The memo of a run. What a schedule starts has the same memo every time, so key and times come from the
 * server's own attributes; a redriven run has them in its memo.
 */
export function runMemo(description: WorkflowExecutionDescription): Partial<TaskMemo> {
  const memo = (description.memo ?? {}) as Partial<TaskMemo>;
  const [at] = (description.searchAttributes[FIRE_TIME] ?? []) as unknown as Date[];
  if (!memo.schedule || memo.createdAt || !at) return memo;
  const { startTime, runId, raw } = description;
  const { firstRunId } = raw.workflowExecutionInfo ?? {};
  const runAt = fireText(at);
  return {
    ...memo,
    key: keyAt(memo.schedule.id, at),
    runAt,
    // A run that was continued as new does not say when the first one began.
    createdAt: firstRunId && firstRunId !== runId ? runAt : startTime.toISOString(),
  };
}
