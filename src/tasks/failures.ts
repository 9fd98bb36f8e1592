import type { ArtifactRef } from '../protocol/artifact';
import { type FailureCodeName, isFailureCode } from './failure-codes';

export { FAILURE_CODES, type FailureCodeName, isFailureCode } from './failure-codes';
export { fingerprint } from './fingerprint';

interface TaskFailureOptions extends ErrorOptions {
  /** Defaults to none. */
  artifacts?: Record<string, ArtifactRef>;
  /** That nothing outside was changed: then work that is not idempotent may be tried again, too. Defaults to false. */
  nothingDone?: boolean;
}

/**
 * Thrown by a handler that knows exactly what went wrong.
 * Anything else it throws is classified by the tables of `docs/failure-codes.md`.
 */
export class TaskFailure extends Error {
  override readonly name = 'TaskFailure';
  readonly code: FailureCodeName;
  /** Seconds to wait before the next attempt. */
  readonly retryAfter?: number;
  /** Files that the task made all the same: readers find them like those of a result. */
  readonly artifacts?: Readonly<Record<string, ArtifactRef>>;
  /** Whether the handler is sure that nothing outside was changed. */
  readonly nothingDone: boolean;

  /**
   * Never throws: an unknown code, which only callers without types can give, becomes `UNKNOWN` and is named
   * in the message, so that the failure itself is not lost behind a second one.
   * @param retryAfter Seconds to wait before the next attempt, when the other side named them.
   */
  constructor(code: FailureCodeName, message: string, retryAfter?: number, options?: TaskFailureOptions) {
    super(isFailureCode(code) ? text(message) : `${text(message)} (unknown failure code ${text(code)})`, options);
    this.code = isFailureCode(code) ? code : 'UNKNOWN';
    if (typeof retryAfter === 'number' && retryAfter >= 0) this.retryAfter = retryAfter;
    if (options?.artifacts) this.artifacts = options.artifacts;
    this.nothingDone = options?.nothingDone === true;
  }
}

function text(value: unknown): string {
  try {
    return String(value);
  } catch {
    return `an unreadable ${typeof value}`;
  }
}
