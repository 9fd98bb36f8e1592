import type { AlertsMemo, Condition } from '../../../protocol/alert';

/** From which values on something is an alert. */
export interface AlertLimits {
  /** Dead letters that may wait. */
  deadLetters: number;
  /** Duplicates that there may be among the submissions of an hour, in percent. */
  duplicateRate: number;
  /** How many times its earlier rate the failure rate of a type must be. */
  failureFactor: number;
  /** Seconds that count as recent for failure rates. Defaults to an hour. */
  recent?: number;
  /** Seconds for which Visibility may not know of a dead letter that was told. Defaults to 60. */
  lag?: number;
}

/** Looks for conditions of some kinds. */
export interface Check {
  /** An open condition of these kinds that is not found any more is over. */
  kinds: readonly string[];
  find(known: AlertsMemo): Promise<Condition[]>;
}
