import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { mersenne } from 'pure-rand/generator/mersenne';

/** Chance that comes out the same for the same seed. */
export class Random {
  private readonly generator: ReturnType<typeof mersenne>;

  /** @param seed An integer. */
  constructor(seed: number) {
    this.generator = mersenne(seed);
  }

  /** An integer; both ends may come. */
  between(from: number, to: number): number {
    return uniformInt(this.generator, from, to);
  }

  /** @param percent How often it is true, of a hundred times. */
  chance(percent: number): boolean {
    return this.between(1, 100) <= percent;
  }

  pick<T>(choices: readonly [T, ...T[]]): T {
    return choices[this.between(0, choices.length - 1)] as T;
  }

  /** A time from one to another, to the second. */
  timeBetween(from: Date, to: Date): Date {
    const seconds = Math.max(0, Math.floor((to.getTime() - from.getTime()) / 1000));
    return new Date(from.getTime() + this.between(0, seconds) * 1000);
  }
}
