import { soon } from './soon';

/** What was read, and when; milliseconds since the epoch. */
export interface Read<T> {
  at: number;
  value: T;
}

/** Whoever looks at a page does not notice that. */
const SOON_MS = 400;

/**
 * Keeps one answer for a while. A new one is waited for while it comes soon; else the old one answers meanwhile. However
 * many ask, it is read once at a time.
 */
export class Cached<T> {
  private latest: Read<T> | undefined;
  private reading: Promise<Read<T>> | undefined;
  private begunAt = 0;

  /** @param freshMs How long an answer is kept; may depend on it. */
  constructor(
    private readonly read: (before: T | undefined) => Promise<T>,
    private readonly freshMs: number | ((value: T) => number),
  ) {}

  /**
   * The last answer, which may be older than it should while a new one is under way.
   * @throws what reading throws, when there is none yet.
   */
  async get(): Promise<Read<T>> {
    const { latest } = this;
    if (latest && Date.now() - this.begunAt <= this.fresh(latest.value)) return latest;
    const reading = this.begin();
    if (!latest) return reading;
    return (await soon(reading, SOON_MS).catch(() => undefined)) ?? latest;
  }

  private fresh(value: T): number {
    return typeof this.freshMs === 'number' ? this.freshMs : this.freshMs(value);
  }

  private begin(): Promise<Read<T>> {
    if (this.reading) return this.reading;
    this.begunAt = Date.now();
    const reading = this.read(this.latest?.value).then((value) => {
      this.latest = { at: Date.now(), value };
      return this.latest;
    });
    this.reading = reading;
    reading
      .catch(() => undefined)
      .finally(() => {
        this.reading = undefined;
      });
    return reading;
  }
}

export function ageOf({ at }: Read<unknown>): { takenAt: string; ageSeconds: number } {
  return { takenAt: new Date(at).toISOString(), ageSeconds: Math.round((Date.now() - at) / 100) / 10 };
}
