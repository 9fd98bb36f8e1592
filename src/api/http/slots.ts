import { Problem } from './problems';

/** Bounds how many requests of a costly kind run at once. */
export class Slots {
  private taken = 0;

  /** @param what Names the kind, in the plural, for people. */
  constructor(
    private readonly limit: number,
    private readonly what: string,
  ) {}

  /** @throws Problem `too-many-requests` when all are taken; `work` has not begun then. */
  async use<T>(work: () => Promise<T>): Promise<T> {
    if (this.taken >= this.limit) {
      throw new Problem('too-many-requests', `At most ${this.limit} ${this.what} at once; try again in a moment.`, {
        headers: { 'Retry-After': '1' },
      });
    }
    this.taken++;
    try {
      return await work();
    } finally {
      this.taken--;
    }
  }
}
