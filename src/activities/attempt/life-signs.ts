import type { Context } from '@temporalio/activity';
import type { Heartbeat } from '../../protocol/task';

/** Short work ends before the first of these and so costs no heartbeat at all. */
const PULSE_MS = 500;

/** The longest silence of an attempt that nobody looks at, in milliseconds, as the SDK has it. */
const LONGEST_SILENCE_MS = 60_000;
/** What a life sign may be late, on a busy machine or network, before the server counts the attempt as lost. */
const MARGIN_MS = 2500;

/**
 * How long an attempt may be silent, in milliseconds: three quarters of its heartbeat time-out, less where that leaves
 * no margin; of a time-out of a few seconds, a third.
 */
export function silenceOf(timeout: number): number {
  const limit = timeout * 1000;
  return Math.min(LONGEST_SILENCE_MS, Math.max(limit / 3, Math.min(limit * 0.75, limit - MARGIN_MS)));
}

/** How long a sign of interest in a task counts, in milliseconds. */
const INTEREST_MS = 5000;

export interface LifeSignOptions {
  /** Seconds of silence after which the server counts the attempt as lost. */
  timeout: number;
  /** When somebody last showed interest in the task, in milliseconds since the epoch. Defaults to never. */
  watchedAt?: () => Promise<number | undefined>;
}

/**
 * Heartbeats for a running handler, so that a dead worker is noticed within the heartbeat time-out however long the
 * work may take. They are seldom while nothing changes and nobody looks, since each is a call to the server and a write
 * of its state; a change of progress, and a stop that is on its way to a task that somebody watches, travel within a
 * second. The worker's options see to it that the SDK sends no more than one a second.
 */
export class LifeSigns {
  private timer: NodeJS.Timeout | undefined;
  private readonly began = Date.now();
  private beatAt = 0;
  private sent = '';
  private interestUntil = 0;
  private looking = false;
  private readonly silence: number;

  constructor(
    private readonly context: Pick<Context, 'heartbeat'>,
    readonly state: Heartbeat,
    private readonly options: LifeSignOptions,
  ) {
    this.silence = silenceOf(options.timeout);
  }

  start(): void {
    this.timer = setInterval(() => this.pulse(), PULSE_MS);
  }

  stop(): void {
    clearInterval(this.timer);
  }

  beat(): void {
    this.sent = this.news();
    this.beatAt = Date.now();
    this.state.ranFor = (this.beatAt - this.began) / 1000;
    this.context.heartbeat(this.state);
  }

  /** Beats every second for a while: what the server's answers bring is awaited. */
  hurry(): void {
    this.interestUntil = Date.now() + INTEREST_MS;
  }

  /** Progress never falls: a client that saw 70 % must not see 10 % because a worker died. */
  progress(percent: number, stage?: string): void {
    const bounded = Math.min(100, Math.max(0, Math.round(percent)));
    this.state.progress = Math.max(this.state.progress, bounded);
    if (stage !== undefined) this.state.stage = stage;
  }

  private pulse(): void {
    void this.look();
    const now = Date.now();
    const due = this.beatAt + this.silence - PULSE_MS / 2;
    if (now >= due || now < this.interestUntil || this.news() !== this.sent) this.beat();
  }

  private async look(): Promise<void> {
    if (this.looking) return;
    this.looking = true;
    // Interest that cannot be read is none: the seldom life signs go on.
    const watchedAt = await this.options.watchedAt?.().catch(() => undefined);
    if (watchedAt !== undefined) this.interestUntil = Math.max(this.interestUntil, watchedAt + INTEREST_MS);
    this.looking = false;
  }

  /** What a reader of the task can see of it; how long it has run changes by itself. */
  private news(): string {
    const { progress, stage } = this.state;
    return `${progress} ${stage ?? ''}`;
  }
}

/** The attempts of this process that give life signs, by the run that they belong to. */
export class RunningAttempts {
  private readonly byRun = new Map<string, LifeSigns>();

  add(runId: string, life: LifeSigns): void {
    this.byRun.set(runId, life);
  }

  remove(runId: string, life: LifeSigns): void {
    if (this.byRun.get(runId) === life) this.byRun.delete(runId);
  }

  /** A run's attempt is to be stopped: its next life signs bring the news. */
  hurry(runId: string): void {
    this.byRun.get(runId)?.hurry();
  }
}
