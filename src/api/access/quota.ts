import type { Response } from 'express';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import type { Caller } from '../../access/caller';
import { Problem } from '../http/problems';

/** Who is counted together: whoever has one key, or signs in as one person; or a whole tenant. */
const COUNTED = {
  key: ({ actor }: Caller) => actor?.id,
  tenant: ({ tenant }: Caller) => tenant,
};

/**
 * How much of something one key, or one tenant, may have in a time; each API process counts for itself. While nobody has
 * to say who they are, nothing is counted.
 */
export class Quota {
  private readonly limiter: RateLimiterMemory;

  /** @param what Names it for people: "bytes of files". @param whose Defaults to each key's. */
  constructor(
    private readonly points: number,
    private readonly seconds: number,
    private readonly what: string,
    private readonly whose: keyof typeof COUNTED = 'key',
  ) {
    this.limiter = new RateLimiterMemory({ points, duration: seconds });
  }

  /**
   * Whether so much would still be within it.
   * @throws Problem `too-many-requests` with the time at which there is room again.
   */
  async check(caller: Caller, amount: number, response: Response): Promise<void> {
    const who = COUNTED[this.whose](caller);
    if (who === undefined) return;
    const used = await this.limiter.get(who);
    const left = used ? this.points - used.consumedPoints : this.points;
    if (left >= amount) return;
    const wait = Math.max(1, Math.ceil((used?.msBeforeNext ?? 0) / 1000));
    response.set({
      'RateLimit-Limit': String(this.points),
      'RateLimit-Remaining': String(Math.max(0, left)),
      'RateLimit-Reset': String(wait),
    });
    throw new Problem(
      'too-many-requests',
      `One ${this.whose} has at most ${this.points} ${this.what} in ${this.seconds} s.`,
      {
        headers: { 'Retry-After': String(wait) },
      },
    );
  }

  /** Counts what has been taken. */
  async take(caller: Caller, amount: number): Promise<void> {
    const who = COUNTED[this.whose](caller);
    if (who !== undefined) await this.limiter.penalty(who, amount);
  }

  /** Takes back what has come to nothing. */
  async giveBack(caller: Caller, amount: number): Promise<void> {
    const who = COUNTED[this.whose](caller);
    if (who !== undefined && amount > 0) await this.limiter.reward(who, amount);
  }
}
