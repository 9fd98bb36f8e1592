import type { FailureClass } from '../../protocol/task';
import { FAILURE_CODES, type FailureCodeName } from '../../tasks/failures';
import { classify } from '../classify';
import type { RehearsalLine } from './log';

/** A failure as a worker would have told it. */
export interface RehearsedFailure {
  code: FailureCodeName;
  class: FailureClass;
  message: string;
  /** Name of the class of what was thrown. */
  error: string;
  /** What its code suggests. */
  action: string;
  advice: string;
  /** Whether another attempt could have helped. */
  retryable: boolean;
}

/** What became of a rehearsal. */
export interface Rehearsal {
  taskId: string;
  outcome: 'succeeded' | 'failed' | 'stopped-before-effect';
  /** What the task would have ended with. The files that it names were thrown away. */
  output?: unknown;
  failure?: RehearsedFailure;
  /** The outside effect that was reached and not made: `program:backup`. */
  before?: string;
  /** How far the handler said that it was, 0 to 100. */
  progress: number;
  stage?: string;
  /** The handler's log, its last 1,000 lines. */
  log: RehearsalLine[];
  seconds: number;
}

export function failureOf(thrown: unknown): RehearsedFailure {
  const { code, class: failureClass, message, error } = classify(thrown);
  const { action, advice, retryable } = FAILURE_CODES[code];
  return { code, class: failureClass, message, error, action, advice, retryable };
}
