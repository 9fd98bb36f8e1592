import type { TaskView } from '../client/read/view';
import { isOpen } from '../tasks/state';
import { EXIT } from './exit-codes';
import type { Session } from './session';

/** One long poll after the other: each is well within what a server allows. */
const SLICE_SECONDS = 60;

/** Waits for a task's end, until the time is over or Ctrl-C. @param seconds Defaults to no limit. */
export async function waitForEnd(
  { tasks, signal }: Session,
  id: string,
  seconds = Number.POSITIVE_INFINITY,
): Promise<TaskView> {
  const until = Date.now() + seconds * 1000;
  for (;;) {
    const left = (until - Date.now()) / 1000;
    const task = await tasks.wait(id, Math.min(Math.max(left, 0), SLICE_SECONDS), signal);
    if (!isOpen(task.state) || left <= SLICE_SECONDS || signal.aborted) return task;
  }
}

/** Prints the result of a task, or says how else it ended; returns the exit code. */
export function showEnd({ out }: Session, task: TaskView): number {
  const { id, state, result, failure, why } = task;
  if (out.asJson) out.json({ task });
  else if (state === 'completed') out.json(result ?? null);
  else if (isOpen(state)) out.note(`${id} is ${state}: ${why?.message ?? 'it goes on'}.`);
  else out.note(failure ? `${id} has failed: ${failure.code}: ${failure.message}` : `${id} was cancelled.`);
  if (state === 'completed') return EXIT.ok;
  return isOpen(state) ? EXIT.notYet : EXIT.endedBadly;
}
