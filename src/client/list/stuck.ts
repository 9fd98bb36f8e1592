import type { TaskView } from '../read/view';
import type { ListRequest, TaskPage } from './list';

const PAGE = 200;

/**
 * Tasks that have been queued, running or retrying for longer than a time, as they are found. Those that wait for
 * what was decided (their time, the end of a pause, a redrive, a person) are not stuck.
 * @param maxTime Seconds.
 */
export async function* stuckTasks(
  list: (request: ListRequest) => Promise<TaskPage>,
  maxTime: number,
): AsyncGenerator<TaskView> {
  // Nothing that was submitted later can be older than that.
  const createdBefore = new Date(Date.now() - maxTime * 1000);
  let cursor: string | undefined;
  do {
    const filter = { state: ['queued' as const, 'running' as const, 'retrying' as const], createdBefore };
    const page = await list({ filter, limit: PAGE, ...(cursor !== undefined && { cursor }) });
    for (const task of page.tasks) {
      if ((Date.now() - Date.parse(stuckSince(task))) / 1000 > maxTime) yield task;
    }
    cursor = page.cursor;
  } while (cursor !== undefined);
}

/**
 * Since when a task counts as stuck, should it be: the start of its current attempt, or its submission when none
 * has started. Reads and heartbeats do not count; the wait for its own time does not either. ISO.
 */
export function stuckSince({ attemptStartedAt, failures, scheduledFor, createdAt }: TaskView): string {
  return attemptStartedAt ?? failures?.at(-1)?.startedAt ?? scheduledFor ?? createdAt;
}
