import type { AttemptFailure } from '../../protocol/task';

/** One thing that happened in a task's life. */
export interface TimelineEntry {
  /** ISO time. */
  at: string;
  event: string;
  text: string;
  runId: string;
  attempt?: number;
  /** Who asked, for an operator's message. */
  by?: string;
  reason?: string;
  failure?: AttemptFailure;
}

/** How a failed or lost attempt reads. */
export function failedAttempt(failure: AttemptFailure): Omit<TimelineEntry, 'runId'> {
  const { attempt, at, code, message, lost } = failure;
  const text = lost ? `Attempt ${attempt} was lost: ${message}` : `Attempt ${attempt} failed: ${code}: ${message}`;
  return { at, event: lost ? 'attempt-lost' : 'attempt-failed', text, attempt, failure };
}
