import { Problem } from './problems';

/** What one key may take of all slots. */
const SHARE = 0.5;

/** Bounds how many requests of a costly kind run at once. */
export class Slots {
  private taken = 0;
  private readonly takenBy = new Map<string, number>();

  /** @param what Names the kind, in the plural, for people. */
  constructor(
    private readonly limit: number,
    private readonly what: string,
  ) {}

  /**
   * @param who The key that asks: it gets half of the slots at most, so that others find some. Defaults to nobody.
   * @throws Problem `too-many-requests` when all are taken; `work` has not begun then.
   */
  async use<T>(work: () => Promise<T>, who?: string): Promise<T> {
    const own = who === undefined ? 0 : (this.takenBy.get(who) ?? 0);
    if (this.taken >= this.limit) throw tooMany(this.limit, this.what);
    const share = Math.ceil(this.limit * SHARE);
    if (who !== undefined && own >= share) throw tooMany(share, `${this.what} of one key`);
    this.count(who, own + 1, 1);
    try {
      return await work();
    } finally {
      this.count(who, (who === undefined ? 1 : (this.takenBy.get(who) ?? 1)) - 1, -1);
    }
  }

  private count(who: string | undefined, own: number, change: number): void {
    this.taken += change;
    if (who === undefined) return;
    if (own > 0) this.takenBy.set(who, own);
    else this.takenBy.delete(who);
  }
}

function tooMany(limit: number, what: string): Problem {
  return new Problem('too-many-requests', `At most ${limit} ${what} at once; try again in a moment.`, {
    headers: { 'Retry-After': '1' },
  });
}
