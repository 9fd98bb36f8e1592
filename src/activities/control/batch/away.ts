import { HoldfastError } from '../../../errors';

/** Whether it is the server's absence that kept a call from being made: another attempt may have more luck. */
export function isAway(error: unknown): boolean {
  return error instanceof HoldfastError && (error.code === 'unavailable' || error.code === 'not-set-up');
}
