import { setTimeout as sleep } from 'node:timers/promises';
import { HoldfastError } from '../../errors';

/**
 * Ends the wait for work that takes several calls to Temporal, each of which may take its whole deadline.
 * @throws HoldfastError `unavailable` when the time is over; the work itself may still come to an end.
 */
export async function inTime<T>(seconds: number, work: Promise<T>): Promise<T> {
  const answered = new AbortController();
  const late = sleep(seconds * 1000, undefined, { signal: answered.signal }).then(() => {
    throw new HoldfastError('unavailable', 'Temporal is too slow right now; try again.', { retryAfter: 2 });
  });
  late.catch(() => undefined);
  try {
    return await Promise.race([work, late]);
  } finally {
    answered.abort();
  }
}
