import type { AttemptFailure } from '../../protocol/task';

/** One thing that happened in a task's life. */
export interface TimelineEntry {
  /** ISO time. */
  at: string;
  event: string;
  text: string;
  runId: string;
  attempt?: number;
  /** The worker that ran the attempt, where it is known. */
  worker?: string;
  /** Who asked, for an operator's message; who handed the task in, for `created`. */
  by?: string;
  reason?: string;
  failure?: AttemptFailure;
}

/** An operator's message that no worker took in time is sent in a second way: both are one entry. */
export type RawEntry = TimelineEntry & { messageId?: string };

/** How a failed or lost attempt reads. */
export function failedAttempt(failure: AttemptFailure): Omit<TimelineEntry, 'runId'> {
  const { attempt, at, code, message, lost, worker } = failure;
  const text = lost ? `Attempt ${attempt} was lost: ${message}` : `Attempt ${attempt} failed: ${code}: ${message}`;
  return { at, event: lost ? 'attempt-lost' : 'attempt-failed', text, attempt, ...(worker && { worker }), failure };
}
