/** Messages and records of failures. This file imports nothing but types, so that workflow code can use it. */
import type { ArtifactRef } from './artifact';

export const FAILURE_CLASSES = ['transient', 'external', 'configuration', 'permanent', 'unknown'] as const;
export type FailureClass = (typeof FAILURE_CLASSES)[number];

/** One failed or lost attempt, as it is carried from attempt to attempt. */
export interface AttemptFailure {
  attempt: number;
  code: string;
  class: FailureClass;
  message: string;
  fingerprint: string;
  /** ISO time at which the attempt began, when it is known. */
  startedAt?: string;
  /** ISO time of the failure. For a lost attempt: when the next one found out. */
  at: string;
  /** The worker that ran the attempt. */
  worker?: string;
  /** True when the attempt ended with its worker (crash or shutdown); such attempts use up no retry. */
  lost?: boolean;
  /** Name of the error that was thrown: `TypeError`. */
  error?: string;
}

/** The attempt that follows the given failures. Of many failures only the last are kept, so counting them will not do. */
export function attemptAfter(failures: readonly AttemptFailure[]): number {
  return (failures.at(-1)?.attempt ?? 0) + 1;
}

/** The single detail of the ApplicationFailure that ends a failed task. */
export interface FailureDetail {
  class: FailureClass;
  code: string;
  fingerprint: string;
  attempts: number;
  failures: AttemptFailure[];
  /** Nobody will run it again by itself: no redrive was left, or an operator abandoned it. */
  abandoned?: boolean;
  /** Why it was abandoned, when no operator did it. */
  abandonedBecause?: string;
  /** ISO time before which the other side asked not to be called again. */
  retryAt?: string;
  /** What the task made all the same. */
  artifacts?: Record<string, ArtifactRef>;
  /** The handler is sure that nothing outside was changed, so that even work that is not idempotent may run again. */
  nothingDone?: boolean;
}

/** What is known of a parked task; kept in its memo, so that readers need no worker. Times are ISO. */
export interface Parking {
  /** Counts the parkings of the run; an operator's message may name the one that it answers. */
  number: number;
  since: string;
  class: FailureClass;
  code: string;
  fingerprint: string;
  message: string;
  attempts: number;
  firstFailedAt?: string;
  lastFailedAt?: string;
  /** Redrives since the submission or an operator's last message, and how many there may be. */
  redrives: number;
  maxRedrives: number;
  /** Absent: waits for an operator. */
  nextRedriveAt?: string;
  /** The last failures, oldest first. */
  failures: AttemptFailure[];
}

/** What became of a task that failed at least once: the search attribute `FailureOutcome`. */
export const FAILURE_OUTCOMES = ['retried', 'redriven', 'operator', 'abandoned'] as const;
export type FailureOutcome = (typeof FAILURE_OUTCOMES)[number];

/** What an attempt that was asked to stop hands over: the one detail of its CancelledFailure. */
export interface AttemptsReport {
  attempts: number;
  failures: AttemptFailure[];
  /** How far the work had come, 0 to 100. */
  progress?: number;
}
