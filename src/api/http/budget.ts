import { HoldfastError } from '../../errors';

/**
 * Ends the wait for work that takes several calls to Temporal, each of which may take its whole deadline.
 * @throws HoldfastError `unavailable` when the time is over; the work itself may still come to an end.
 */
export async function inTime<T>(seconds: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new HoldfastError('unavailable', 'Temporal is too slow right now; try again.', { retryAfter: 2 }));
    }, seconds * 1000);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
