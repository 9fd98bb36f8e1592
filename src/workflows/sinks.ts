import { proxySinks, type Sinks } from '@temporalio/workflow';
import type { FailureClass } from '../tasks/words';

/** One step in a task's life that the worker counts. */
export interface TaskStep {
  step: 'started' | 'completed' | 'failed' | 'cancelled' | 'dead-lettered' | 'redriven' | 'recovered' | 'abandoned';
  type: string;
  class?: FailureClass;
  code?: string;
  /** Seconds from the task's submission; only with an end. */
  seconds?: number;
}

/** What the workflow tells the worker that hosts it: once for each step, and not again on replay. */
export interface TaskSinks extends Sinks {
  tasks: { step(step: TaskStep): void };
}

const { tasks } = proxySinks<TaskSinks>();

/** Counts a step. It leaves no trace in the history, so it may come and go between releases. */
export function countStep(step: TaskStep): void {
  tasks.step(step);
}
