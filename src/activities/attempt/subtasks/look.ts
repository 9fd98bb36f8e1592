import type { TaskView } from '../../../client/read/view';
import type { TaskState } from '../../../protocol/task';
import { isOpen } from '../../../tasks/state';
import { isAway } from '../../control/batch/away';
import { StepBack } from '../step-back';
import type { Parent } from './parent';

const AGAIN_MS = 2000;

/**
 * A task as it is; one that was settled earlier in this attempt as it was then.
 * @throws StepBack when Temporal is away, which is no failure of the handler's; HoldfastError `task-not-found`.
 */
export async function lookAt({ tasks, settled, inline }: Parent, taskId: string): Promise<TaskView> {
  const known = settled.get(taskId);
  if (known) return known;
  const view = await tasks.glance(taskId).catch((error: unknown) => {
    if (isAway(error) && !inline) throw new StepBack((error as Error).message, new Date(Date.now() + AGAIN_MS));
    throw error;
  });
  if (isSettled(view.state)) settled.set(taskId, view);
  return view;
}

/** Whether a task has ended, or nothing happens to it until a person has looked. */
function isSettled(state: TaskState): boolean {
  return !isOpen(state) || state === 'dead-lettered' || state === 'paused';
}
