import { LRUCache } from 'lru-cache';

/** When something was counted; ISO and seconds. */
export interface Age {
  takenAt: string;
  ageSeconds: number;
}

interface Taken<T> {
  at: number;
  /** Milliseconds that the counting took; absent until it is done. */
  took?: number;
  value: Promise<T>;
}

/** Visibility allows ten calls a second on a stock server, so nothing is counted more often than this. */
const FRESH_MS = 5000;
/** What is costly to count is kept longer: counting shall never take more than a tenth of the time. */
const SHARE = 10;
const NAMES_KEPT = 100;

/** Keeps counts for a few seconds, so that any number of readers cost one count. They say how old they are. */
export class Recent<T extends object> {
  private readonly taken = new LRUCache<string, Taken<T>>({ max: NAMES_KEPT });

  /** @param name What is counted: equal names share a count. */
  async read(name: string, count: () => Promise<T>): Promise<T & Age> {
    const known = this.taken.get(name);
    const current = known && isFresh(known) ? known : this.take(name, count);
    const value = await current.value;
    return {
      ...value,
      takenAt: new Date(current.at).toISOString(),
      ageSeconds: Math.round((Date.now() - current.at) / 100) / 10,
    };
  }

  private take(name: string, count: () => Promise<T>): Taken<T> {
    const taken: Taken<T> = { at: Date.now(), value: count() };
    this.taken.set(name, taken);
    taken.value.then(
      () => {
        taken.took = Date.now() - taken.at;
      },
      () => {
        if (this.taken.peek(name) === taken) this.taken.delete(name);
      },
    );
    return taken;
  }
}

function isFresh({ at, took }: Taken<object>): boolean {
  return took === undefined || Date.now() - at < Math.max(FRESH_MS, took * SHARE);
}
