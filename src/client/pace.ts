import { setTimeout as sleep } from 'node:timers/promises';

/** Visibility allows ten calls a second on a stock server, for everybody together; the rest is for the others. */
const EVERY_MS = 150;

/** Holds calls of the scarce kind back, so that one reader cannot use up what all may make. */
export class Pace {
  private next = 0;

  /** Makes the call when its turn has come. */
  async call<T>(work: () => Promise<T>): Promise<T> {
    const now = Date.now();
    const turn = Math.max(now, this.next);
    this.next = turn + EVERY_MS;
    if (turn > now) await sleep(turn - now);
    return work();
  }
}
