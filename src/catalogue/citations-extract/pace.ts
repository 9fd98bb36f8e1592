import { setTimeout as wait } from 'node:timers/promises';

/** Lets calls of this process through one by one, at most so many a minute. */
export class Pace {
  private next = 0;
  private readonly gap: number;

  constructor(perMinute: number) {
    this.gap = 60_000 / perMinute;
  }

  /** Resolves when the caller may go on. @throws The signal's reason. */
  async turn(signal: AbortSignal): Promise<void> {
    const now = performance.now();
    const due = Math.max(now, this.next);
    this.next = due + this.gap;
    if (due > now) await wait(due - now, undefined, { signal }).catch(() => signal.throwIfAborted());
  }
}
