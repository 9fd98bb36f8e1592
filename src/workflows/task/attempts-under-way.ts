import {
  CancellationScope,
  condition,
  log,
  patched,
  proxyActivities,
  proxyLocalActivities,
  upsertMemo,
} from '@temporalio/workflow';
import type { AttemptsReport } from '../../protocol/task';
import { attemptStops } from '../sinks';
import type { Life } from './waiting';

/** What a cancelled attempt leaves behind is kept since release 0.5.0; only a task that is being ended has the marker. */
const KEPT = 'attempts-are-kept';

const control = proxyActivities<{
  holdAttempts(activityId: string): Promise<void>;
  releaseAttempts(activityId: string): Promise<void>;
}>({ startToCloseTimeout: '10 s', retry: { maximumAttempts: 5 } });

/** Asked inside the workflow task: what is to be cancelled shall not wait for long. */
const { attemptsSoFar } = proxyLocalActivities<{ attemptsSoFar(before: AttemptsReport): Promise<AttemptsReport> }>({
  startToCloseTimeout: '3 s',
  retry: { maximumAttempts: 1 },
});

/** The attempts of one activity, and what operators want of them meanwhile. */
export class AttemptsUnderWay {
  private settled = false;
  private asking = false;

  constructor(
    private readonly life: Life,
    private readonly activityId: string,
  ) {}

  /** Runs the activity. Cancelling the task, or a verdict, reaches the handler once its attempts are noted. */
  async run<T>(activity: () => Promise<T>): Promise<T> {
    const whole = CancellationScope.current();
    const shielded = new CancellationScope({ cancellable: false });
    const scope = new CancellationScope({ cancellable: true, parent: shielded });
    scope.cancelRequested.catch(attemptStops);
    const asked = () => this.life.desk.verdict !== undefined || whole.consideredCancelled;
    if (whole.consideredCancelled) scope.cancel();
    else void shielded.run(() => this.cancelWhen(asked, scope));
    void shielded.run(() => this.holdWhilePaused(asked));
    try {
      return await scope.run(activity);
    } finally {
      this.settled = true;
    }
  }

  private async cancelWhen(asked: () => boolean, scope: CancellationScope): Promise<void> {
    await condition(() => this.settled || asked());
    if (this.settled) return;
    if (patched(KEPT)) await this.noteAttempts();
    else if (this.life.desk.verdict) await condition(() => this.settled || !this.asking);
    if (!this.settled) scope.cancel();
  }

  /** The server forgets them with the activity, and one that waits for its next attempt cannot report them. */
  private async noteAttempts(): Promise<void> {
    try {
      this.life.tried = await attemptsSoFar(this.life.tried);
    } catch (error) {
      log.warn('The attempts so far could not be noted', { error: String(error) });
    }
  }

  /** A pause holds the next attempt, not the running one. */
  private async holdWhilePaused(over: () => boolean): Promise<void> {
    const { desk, states } = this.life;
    for (let held = false; ; ) {
      await condition(() => this.settled || over() || desk.paused !== held);
      if (this.settled || over()) return;
      held = desk.paused;
      states.record(held ? 'paused' : undefined);
      this.asking = true;
      const asked = held
        ? control.holdAttempts.executeWithOptions({ summary: 'paused: the next attempt waits' }, [this.activityId])
        : control.releaseAttempts.executeWithOptions({ summary: 'resumed: attempts go on' }, [this.activityId]);
      await asked.catch((error) => log.error('Attempts could not be held or released', { error: String(error) }));
      this.asking = false;
    }
  }
}

/** What the memo may hold of failures, in characters: it travels with every row of a list. */
const ROOM = 8000;
const SHORT_MESSAGE = 200;

/** Leaves with a task that ends as cancelled what its attempts came to. */
export function keepAttempts({ attempts, failures }: AttemptsReport): void {
  if (attempts === 0 || !patched(KEPT)) return;
  const short = failures.map((failure) => ({ ...failure, message: failure.message.slice(0, SHORT_MESSAGE) }));
  upsertMemo({ tried: { attempts, failures: JSON.stringify(failures).length > ROOM ? short : failures } });
}
