import { ConsecutiveBreaker, circuitBreaker, handleType, isBrokenCircuitError } from 'cockatiel';
import type { BreakerLimits } from '../../tasks/breaker-limits';

/** Wraps what a call threw when that speaks against the dependency; nothing else counts. */
export class SpokeAgainst extends Error {
  override readonly name = 'SpokeAgainst';

  constructor(override readonly cause: unknown) {
    super();
  }
}

/**
 * What this process decides by itself: too many failures in a row, and no call goes through for the time
 * that the limits say, whatever becomes of the news. One call may try then. It knows of no other process.
 */
export class LocalBreaker {
  /** When it broke, in milliseconds since 1970; 0 as long as it did not. */
  brokenAt = 0;
  private readonly policy;

  /** @param broke Called when it breaks, and when a call that tried failed. */
  constructor(limits: BreakerLimits, broke: () => void) {
    this.policy = circuitBreaker(handleType(SpokeAgainst), {
      halfOpenAfter: limits.openSeconds * 1000,
      breaker: new ConsecutiveBreaker(limits.failures),
    });
    this.policy.onBreak(() => {
      this.brokenAt = Date.now();
      broke();
    });
  }

  /**
   * Makes a call that throws SpokeAgainst for failures that count.
   * @param refused What to throw instead of calling, while it is broken.
   */
  async call<T>(work: () => Promise<T>, refused: () => Error): Promise<T> {
    let begun = false;
    try {
      return await this.policy.execute(() => {
        begun = true;
        return work();
      });
    } catch (thrown) {
      // A handler may use the same library inside: its own error is a failure of the call, not ours.
      throw !begun && isBrokenCircuitError(thrown) ? refused() : thrown;
    }
  }
}
