import type { Context } from '@temporalio/activity';
import { CancelledFailure } from '@temporalio/common';
import type { TimeLimit } from './time-limit';

/** Why a handler was told to stop. */
export type StopReason = 'cancelled' | 'timed-out' | 'handed-over';

/**
 * The signal that a handler gets. It differs from Temporal's own in two ways: a pause does not stop a
 * running attempt (it takes effect between attempts), and the policy's time limit does.
 */
export class StopSignal {
  reason: StopReason | undefined;
  private readonly controller = new AbortController();
  private readonly timer: NodeJS.Timeout;

  constructor(context: Context, { seconds, failure }: TimeLimit) {
    this.timer = setTimeout(
      () => this.stop('timed-out', failure),
      // Node fires at once for delays above 2^31-1 ms; no attempt runs for 24 days.
      Math.min(seconds * 1000, 2 ** 31 - 1),
    );
    context.cancelled.catch((error: unknown) => {
      const details = context.cancellationDetails;
      if (details?.paused && !details.cancelRequested) return;
      const cancelled = error instanceof CancelledFailure ? error : new CancelledFailure('cancelled');
      this.stop(details?.workerShutdown || details?.reset ? 'handed-over' : 'cancelled', cancelled);
    });
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  clear(): void {
    clearTimeout(this.timer);
  }

  private stop(reason: StopReason, error: Error): void {
    this.reason ??= reason;
    this.controller.abort(error);
  }
}
