import type { Context } from '@temporalio/activity';
import { holdIfPaused } from './hold';
import { StepBack } from './step-back';

/** How often a running attempt may ask the server whether its task was paused. */
const LOOK_EVERY_MS = 1000;

/** Finds out between two items of an attempt's work whether it may go on. */
export class PauseWatch {
  private lookedAt = Date.now();

  /** @param inline The attempt runs inside the workflow's own turn, in which no pause can come. */
  constructor(
    private readonly context: Context,
    private readonly signal: AbortSignal,
    private readonly inline: boolean,
  ) {}

  /** @throws What ends the attempt: the signal's reason, or a StepBack. */
  async betweenItems(): Promise<void> {
    this.signal.throwIfAborted();
    if (this.inline || Date.now() - this.lookedAt < LOOK_EVERY_MS) return;
    await holdIfPaused(this.context).catch((error) => {
      // A server that gives no answer now is asked again: no reason to lose the attempt.
      if (error instanceof StepBack) throw error;
    });
    this.lookedAt = Date.now();
    this.signal.throwIfAborted();
  }
}
