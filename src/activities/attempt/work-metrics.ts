import type { RunningAttempts } from './life-signs';

/** What a worker counts of its attempts. */
export interface WorkMetrics {
  readonly attempts: RunningAttempts;
  /** @param waited Seconds between the attempt's due time and its begin. */
  attemptStarted(type: string, queue: string, waited: number): void;
  /** @param seconds How long it ran. @param outcome `lost` also stands for attempts that stepped back. */
  attemptEnded(type: string, queue: string, outcome: AttemptOutcome, seconds: number): void;
}

export type AttemptOutcome = 'succeeded' | 'failed' | 'cancelled' | 'lost';
