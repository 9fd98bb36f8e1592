import type { BreakerRecord } from '../../protocol/breaker';

/** How much of a breaker's open time chance adds, so that what waits for it does not come back together. */
const JITTER = 0.2;

/** When tasks look again at a breaker that is open for an unknown time, in seconds. */
const LOOK_AGAIN = 60;

/** Longest spread of those that wait for the one call of a half-open breaker, in seconds. */
const LONGEST_SPREAD = 30;

/** When a task that met an open breaker should come back. @param random From 0 to 1. */
export function afterOpenTime(
  { since, openUntil }: Pick<BreakerRecord, 'since' | 'openUntil'>,
  now: number,
  random = Math.random(),
): Date {
  if (openUntil === undefined) return new Date(now + LOOK_AGAIN * 1000 * (1 + JITTER * random));
  const end = Date.parse(openUntil);
  return new Date(end + JITTER * random * (end - Date.parse(since)));
}

/**
 * When a task should come back that met a half-open breaker, while another call tries: soon, but spread.
 * @param openSeconds How long the breaker opens. @param random From 0 to 1.
 */
export function afterTry(openSeconds: number, now: number, random = Math.random()): Date {
  return new Date(now + 1000 + Math.min(JITTER * openSeconds, LONGEST_SPREAD) * 1000 * random);
}
