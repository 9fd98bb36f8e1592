/** How long something took for half, for 95 and for 99 of a hundred; seconds. */
export interface Percentiles {
  p50: number;
  p95: number;
  p99: number;
}

/**
 * By nearest rank: every percentile is a value that was seen, and those of a small sample lie close to its
 * greatest one. `undefined` for no values.
 */
export function percentilesOf(values: readonly number[]): Percentiles | undefined {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
  const [p50, p95, p99] = [at(0.5), at(0.95), at(0.99)];
  return p50 === undefined || p95 === undefined || p99 === undefined ? undefined : { p50, p95, p99 };
}
