import type { AwaitedTasks } from '../../protocol/task';

/**
 * Thrown by an attempt that found, before it did anything or between two items, that it must wait: its task is
 * paused, or what it needs is known to be down, or not done yet. It uses up no attempt, and leaves its number to the next one.
 */
export class StepBack extends Error {
  override readonly name = 'StepBack';

  /**
   * @param until When the next attempt may look again.
   * @param breaker The circuit breaker that is open, if that is the reason.
   * @param awaits The tasks that have to end first, if those are.
   * @param unheld The task is paused, and the server cannot hold its next attempt: the workflow shall do so.
   */
  constructor(
    message: string,
    readonly until: Date,
    readonly breaker?: string,
    readonly awaits?: AwaitedTasks,
    readonly unheld = false,
  ) {
    super(message);
  }
}
