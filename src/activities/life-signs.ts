import type { Context } from '@temporalio/activity';
import type { Heartbeat } from '../tasks/words';

/** Short work ends before the first of these and so costs no heartbeat at all. */
const PULSE_MS = 500;

/**
 * Heartbeats for a running handler, so that a dead worker is noticed in seconds however long the work
 * may take, and progress is about a second old at most.
 */
export class LifeSigns {
  private timer: NodeJS.Timeout | undefined;
  private readonly began = Date.now();

  constructor(
    private readonly context: Pick<Context, 'heartbeat'>,
    readonly state: Heartbeat,
  ) {}

  start(): void {
    this.timer = setInterval(() => this.beat(), PULSE_MS);
  }

  stop(): void {
    clearInterval(this.timer);
  }

  beat(): void {
    this.state.ranFor = (Date.now() - this.began) / 1000;
    this.context.heartbeat(this.state);
  }

  /** Progress never falls: a client that saw 70 % must not see 10 % because a worker died. */
  progress(percent: number, stage?: string): void {
    const bounded = Math.min(100, Math.max(0, Math.round(percent)));
    this.state.progress = Math.max(this.state.progress, bounded);
    if (stage !== undefined) this.state.stage = stage;
  }
}
