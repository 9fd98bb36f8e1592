/** How hard an encoder tries on a result of so many pixels, and what that costs at most: seconds of one core for a megapixel. */
interface Effort {
  readonly upTo: number;
  readonly effort: number;
  readonly seconds: number;
}

const ANY = Number.POSITIVE_INFINITY;

/** Measured on noise, which is the worst that an encoder can get. Where trying hard costs much, only small results get it. */
const EFFORTS = {
  avif: [
    { upTo: 1_000_000, effort: 4, seconds: 12 },
    { upTo: 8_000_000, effort: 2, seconds: 1.3 },
    { upTo: ANY, effort: 0, seconds: 0.45 },
  ],
  gif: [
    { upTo: 2_000_000, effort: 7, seconds: 5 },
    { upTo: ANY, effort: 1, seconds: 0.4 },
  ],
  webp: [
    { upTo: 8_000_000, effort: 4, seconds: 0.25 },
    { upTo: ANY, effort: 0, seconds: 0.15 },
  ],
  'lossless webp': [
    { upTo: 8_000_000, effort: 4, seconds: 2.8 },
    { upTo: ANY, effort: 0, seconds: 2.3 },
  ],
} as const satisfies Record<string, readonly [Effort, ...Effort[]]>;

export function effortOf(encoder: keyof typeof EFFORTS, pixels: number): Effort {
  const steps: readonly Effort[] = EFFORTS[encoder];
  return steps.find(({ upTo }) => pixels <= upTo) ?? EFFORTS[encoder][0];
}
