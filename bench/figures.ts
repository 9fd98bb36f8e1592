/** One line of the report. */
export interface Figure {
  what: string;
  /** What it is compared with: bare Temporal in the same run. Absent for figures that stand alone. */
  bare?: number;
  holdfast: number;
  unit: string;
  /** Holdfast over bare, or what the target speaks of. */
  ratio?: number;
  target: string;
  met: boolean;
}

export function percentile(samples: readonly number[], share: number): number {
  const sorted = samples.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

export function median(samples: readonly number[]): number {
  return percentile(samples, 0.5);
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

/** Runs a second with `lanes` at once. */
export async function throughput(
  count: number,
  lanes: number,
  run: (index: number) => Promise<unknown>,
): Promise<number> {
  let next = 0;
  const lane = async () => {
    for (let index = next++; index < count; index = next++) await run(index);
  };
  const begin = performance.now();
  await Promise.all(Array.from({ length: lanes }, lane));
  return count / ((performance.now() - begin) / 1000);
}
