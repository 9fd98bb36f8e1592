import type { OperatorAction } from '../../protocol/operator';
import { isOpen } from '../../tasks/state';
import type { TaskView } from '../read/view';
import type { Outcome } from './operators';

/** A task after an operator's message, and what became of the message. */
export interface AnsweredTask extends TaskView {
  answer: { outcome: Outcome; message: string };
}

export function answered(task: TaskView, action: OperatorAction, outcome: Outcome): AnsweredTask {
  const message = outcome === 'kept' ? `Kept until a worker of queue ${task.queue} takes it.` : taken(task, action);
  return { ...task, answer: { outcome, message } };
}

function taken({ state, pauseRequested }: TaskView, action: OperatorAction): string {
  if (pauseRequested) return 'Taken: the pause takes effect after the running attempt.';
  const ends = action === 'resolve' || action === 'fail' || action === 'abandon' || action === 'cancel';
  if (ends && isOpen(state)) return `Taken: the task is ${state} until it has stopped.`;
  return `Done: the task is ${state} now.`;
}
