import { EventEmitter, once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LiveCounts } from '../../client/insights/live-counts';

/** Between two looks, in milliseconds. */
const PAUSE_MS = 3000;

/** Takes one count; `look` numbers the looks, so that several counts may take turns. */
export type LookAtCounts = (look: number) => Promise<LiveCounts>;

/** Looks whether anything has changed, for any number of listeners, and only while there is one. */
export class LiveWatch {
  private readonly changed = new EventEmitter().setMaxListeners(0);
  private listeners = 0;
  private watching: AbortController | undefined;
  private latest: LiveCounts | undefined;

  /** @param begin Starts a series of looks. @param pause Milliseconds between two looks. Defaults to 3000. */
  constructor(
    private readonly begin: () => LookAtCounts,
    private readonly pause = PAUSE_MS,
  ) {}

  /** The counts whenever they have changed, until the signal says that it is enough. A slow listener skips some. */
  async *changes(signal: AbortSignal): AsyncGenerator<LiveCounts> {
    this.join();
    try {
      let sent = this.latest;
      while (!signal.aborted) {
        const { latest } = this;
        if (latest && latest !== sent) {
          // The first count of all is news to nobody: whoever listens has just asked for everything.
          const isNews = sent !== undefined;
          sent = latest;
          if (isNews) yield latest;
        } else await once(this.changed, 'change', { signal }).catch(() => undefined);
      }
    } finally {
      this.leave();
    }
  }

  private join(): void {
    this.listeners++;
    if (this.watching) return;
    this.watching = new AbortController();
    void this.watch(this.watching.signal);
  }

  private leave(): void {
    this.listeners--;
    if (this.listeners > 0) return;
    this.watching?.abort();
    this.watching = undefined;
    this.latest = undefined;
  }

  private async watch(signal: AbortSignal): Promise<void> {
    const look = this.begin();
    for (let number = 0; !signal.aborted; number++) {
      // While Temporal is away nothing changes; what the pages ask for says so.
      const counts = await look(number).catch(() => undefined);
      if (signal.aborted) return;
      if (counts && JSON.stringify(counts) !== JSON.stringify(this.latest)) {
        this.latest = counts;
        this.changed.emit('change');
      }
      await sleep(this.pause, undefined, { signal }).catch(() => undefined);
    }
  }
}
