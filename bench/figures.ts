/** What a figure should be; figures without an aim are reported all the same. */
export type Aim = { atMost: number } | { atLeast: number };

/** One line of the report. */
export interface Figure {
  what: string;
  unit: string;
  holdfast: number;
  /** What it is compared with, from the same run. The aim then speaks of the ratio, else of the figure. */
  against?: number;
  aim?: Aim;
  /** What lay lowest and highest of several rounds; the figure is their median. */
  range?: readonly [number, number];
}

export function percentile(samples: readonly number[], share: number): number {
  const sorted = samples.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

export function median(samples: readonly number[]): number {
  return percentile(samples, 0.5);
}

export function longest(samples: readonly number[]): number {
  return Math.max(...samples);
}

/** The median of rounds, with the lowest and the highest. */
export function ofRounds(samples: readonly number[]): Pick<Figure, 'holdfast' | 'range'> {
  return { holdfast: median(samples), range: [Math.min(...samples), Math.max(...samples)] };
}

/** Milliseconds that each of `count` runs takes, one after the other. */
export async function timeEach(count: number, run: (index: number) => Promise<unknown>): Promise<number[]> {
  const samples: number[] = [];
  for (let index = 0; index < count; index++) {
    const begin = performance.now();
    await run(index);
    samples.push(performance.now() - begin);
  }
  return samples;
}

/**
 * Milliseconds of several calls that take turns, `rounds` times each. The order changes: what a call leaves behind
 * for the server to do in the background then slows each of the others equally often.
 */
export async function takeTurns<Name extends string>(
  rounds: number,
  calls: Record<Name, () => Promise<unknown>>,
): Promise<Record<Name, number[]>> {
  const names = Object.keys(calls) as Name[];
  const samples = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Name, number[]>;
  for (let round = 0; round < rounds; round++) {
    const start = round % names.length;
    const rotated = [...names.slice(start), ...names.slice(0, start)];
    const order = round % 2 === 0 ? rotated : rotated.reverse();
    for (const name of order) samples[name].push(...(await timeEach(1, calls[name])));
  }
  return samples;
}

/** Milliseconds that each of `count` runs takes, `lanes` at once. */
export async function timeInLanes(
  count: number,
  lanes: number,
  run: (index: number) => Promise<unknown>,
): Promise<number[]> {
  const samples: number[] = [];
  let next = 0;
  const lane = async () => {
    for (let index = next++; index < count; index = next++) {
      const begin = performance.now();
      await run(index);
      samples.push(performance.now() - begin);
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return samples;
}

/** Runs a second with `lanes` at once. */
export async function throughput(
  count: number,
  lanes: number,
  run: (index: number) => Promise<unknown>,
): Promise<number> {
  const begin = performance.now();
  await timeInLanes(count, lanes, run);
  return count / ((performance.now() - begin) / 1000);
}
