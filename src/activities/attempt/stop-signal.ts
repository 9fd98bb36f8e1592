import type { Context } from '@temporalio/activity';
import { CancelledFailure } from '@temporalio/common';
import { cancelComes } from './second-notice';
import type { TimeLimit } from './time-limit';

/** Why a handler was asked to stop. */
export type StopReason = 'cancelled' | 'timed-out' | 'handed-over';

/**
 * The signal that a handler gets. It differs from Temporal's own in two ways: a pause does not stop a
 * running attempt (it takes effect between attempts), and the policy's time limit does.
 */
export class StopSignal {
  reason: StopReason | undefined;
  private readonly controller = new AbortController();
  private readonly over = new AbortController();
  private readonly timer: NodeJS.Timeout;

  constructor(
    private readonly context: Context,
    { seconds, failure }: TimeLimit,
  ) {
    this.timer = setTimeout(
      () => this.stop('timed-out', failure),
      // Node fires at once for delays above 2^31-1 ms; no attempt runs for 24 days.
      Math.min(seconds * 1000, 2 ** 31 - 1),
    );
    context.cancelled.catch((error: unknown) => this.notice(error));
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  clear(): void {
    clearTimeout(this.timer);
    this.over.abort();
  }

  private notice(error: unknown): void {
    const details = this.context.cancellationDetails;
    if (details?.paused && !details.cancelRequested) {
      void this.listenOn();
      return;
    }
    this.cancelled(details?.workerShutdown || details?.reset ? 'handed-over' : 'cancelled', error);
  }

  private async listenOn(): Promise<void> {
    if (await cancelComes(this.context, this.over.signal)) this.cancelled('cancelled', undefined);
  }

  private cancelled(reason: StopReason, error: unknown): void {
    const details = this.context.cancellationDetails;
    // While it says so, the SDK reports the attempt as failed by a pause, and drops what the attempt has to report.
    if (details?.paused) Object.assign(details, { paused: false, cancelRequested: true });
    const cancelled = error instanceof CancelledFailure ? error : new CancelledFailure('cancelled');
    this.stop(reason, cancelled);
  }

  private stop(reason: StopReason, error: Error): void {
    this.reason ??= reason;
    this.over.abort();
    this.controller.abort(error);
  }
}
