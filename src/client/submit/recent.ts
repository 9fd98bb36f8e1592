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
  /** Answers while this one is not done. */
  before?: Taken<T>;
}

/** Visibility allows ten calls a second on a stock server, so nothing is counted more often than this. */
const FRESH_MS = 5000;
/** What is costly to count is kept longer: counting shall never take more than a tenth of the time. */
const SHARE = 10;
/** What takes longer to count than this is answered from the last count, while a new one is under way. */
const SLOW_MS = 500;
const NAMES_KEPT = 100;

/** Keeps counts for a few seconds, so that any number of readers cost one count. They say how old they are. */
export class Recent<T extends object> {
  private readonly taken = new LRUCache<string, Taken<T>>({ max: NAMES_KEPT });

  /** @param name What is counted: equal names share a count. */
  async read(name: string, count: () => Promise<T>): Promise<T & Age> {
    const known = this.taken.get(name);
    const last = known && isFresh(known) ? known : this.take(name, count, known);
    const { at, value } = (last.took === undefined && last.before) || last;
    return {
      ...(await value),
      takenAt: new Date(at).toISOString(),
      ageSeconds: Math.round((Date.now() - at) / 100) / 10,
    };
  }

  private take(name: string, count: () => Promise<T>, last: Taken<T> | undefined): Taken<T> {
    const before = last && isUsable(last) ? { at: last.at, took: last.took ?? 0, value: last.value } : undefined;
    const taken: Taken<T> = { at: Date.now(), value: count(), ...(before && { before }) };
    this.taken.set(name, taken);
    taken.value.then(
      () => {
        taken.took = Date.now() - taken.at;
        delete taken.before;
      },
      // Readers that wait for it see the error; the next one counts again.
      () => {
        if (this.taken.peek(name) !== taken) return;
        if (before) this.taken.set(name, before);
        else this.taken.delete(name);
      },
    );
    return taken;
  }
}

function isFresh({ at, took }: Taken<object>): boolean {
  return took === undefined || Date.now() - at < Math.max(FRESH_MS, took * SHARE);
}

/** Much older than it may be, it is no answer any more. */
function isUsable({ at, took = 0 }: Taken<object>): boolean {
  return took > SLOW_MS && Date.now() - at < 2 * SHARE * took;
}
