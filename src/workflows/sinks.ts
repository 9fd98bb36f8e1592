import { proxySinks, type Sinks } from '@temporalio/workflow';
import type { FailureClass } from '../protocol/task';

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
  tasks: {
    step(step: TaskStep): void;
    /** The run's attempt is asked to stop; the worker that runs it may be this one. */
    attemptStops(): void;
  };
}

const { tasks } = proxySinks<TaskSinks>();

/** Says that the attempt is asked to stop: on the same worker, its next life signs bring the news sooner. */
export function attemptStops(): void {
  tasks.attemptStops();
}

/** Counts a step. It leaves no trace in the history, so it may come and go between releases. */
export function countStep(step: TaskStep): void {
  tasks.step(step);
}
