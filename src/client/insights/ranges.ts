import type { Spans } from './ended-runs';

/** How far back figures look. */
export const RANGES = ['1h', '24h', '7d'] as const;
export type Range = (typeof RANGES)[number];

/** `exact`: all was counted. `sampled`: from some of the tasks. `partial`: a part is still being counted. */
export const EXACTNESS = ['exact', 'sampled', 'partial'] as const;
export type Exactness = (typeof EXACTNESS)[number];

const MINUTE = 60_000;
const LENGTHS: Record<Range, number> = { '1h': 60 * MINUTE, '24h': 24 * 60 * MINUTE, '7d': 7 * 24 * 60 * MINUTE };
const STEPS: Record<Range, number> = { '1h': MINUTE, '24h': 15 * MINUTE, '7d': 120 * MINUTE };
/** A spark line is small. */
const SPARK_POINTS = 12;

/** The spans of a chart; the last one is that of now. */
export function chartSpans(range: Range, now: number): Spans {
  return spansOf(LENGTHS[range], STEPS[range], now);
}

export function sparkSpans(range: Range, now: number): Spans {
  return spansOf(LENGTHS[range], LENGTHS[range] / SPARK_POINTS, now);
}

function spansOf(length: number, step: number, now: number): Spans {
  const end = (Math.floor(now / step) + 1) * step;
  return { step, first: end - length, end };
}
