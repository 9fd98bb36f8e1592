import type { FailureClass, Parking } from '../../protocol/task';
import { redactText } from '../../tasks/redact';
import type { ScannedRow } from '../list/scan';
import type { TaskView } from '../read/view';

/** A row of the list of dead letters. Times are ISO; secrets in messages are redacted. */
export interface DeadLetter {
  id: string;
  runId: string;
  type: string;
  /** `dead-lettered`: parked, and may heal or be helped. `abandoned`: given up, the task has failed. */
  state: 'dead-lettered' | 'abandoned';
  class: FailureClass;
  code: string;
  fingerprint: string;
  message: string;
  /** Name of the error that was thrown last: `TypeError`. */
  error?: string;
  attempts: number;
  firstFailedAt?: string;
  lastFailedAt?: string;
  /** Redrives since the submission or an operator's last message, and how many there may be. Not known of abandoned ones. */
  redrives?: number;
  maxRedrives?: number;
  /** Absent: waits for an operator, or is given up. */
  nextRedriveAt?: string;
  /** Number of the parking: an operator's message that names it is void once that parking is over. */
  parking?: number;
  /** Parked, or given up, since. */
  since: string;
  ageSeconds: number;
  queue: string;
  category?: string;
  tenant?: string;
  tags: string[];
}

/** Which task it is; a task's view and a scanned row both say so. */
type Task = Pick<TaskView, 'id' | 'runId' | 'type' | 'queue' | 'category' | 'tenant' | 'tags'>;
type Trouble = Pick<Parking, 'class' | 'code' | 'fingerprint' | 'message' | 'attempts' | 'since' | 'failures'>;

function parkedLetter(task: Task, parking: Parking, now: Date): DeadLetter {
  const { firstFailedAt, lastFailedAt, redrives, maxRedrives, nextRedriveAt, number } = parking;
  return {
    ...letter(task, parking, now),
    state: 'dead-lettered',
    // The failures at hand are the last ones only.
    ...(firstFailedAt && { firstFailedAt }),
    ...(lastFailedAt && { lastFailedAt }),
    redrives,
    maxRedrives,
    ...(nextRedriveAt && { nextRedriveAt }),
    parking: number,
  };
}

/**
 * A dead letter as its task's own page shows it; `undefined` for a task that is none.
 * @param view A parked task, or a failed one read with its ending.
 */
export function letterOf(view: TaskView, now: Date): DeadLetter | undefined {
  const { state, parking, attempts = 0, failures = [], endedAt, createdAt } = view;
  if (parking) return parkedLetter(view, parking, now);
  if (state !== 'failed' && state !== 'dead-lettered') return undefined;
  const failure = view.failure ?? { class: 'unknown', code: 'UNKNOWN', fingerprint: '', message: '' };
  const trouble = { ...failure, attempts, failures, since: endedAt ?? createdAt };
  return { ...letter(view, trouble, now), state: state === 'failed' ? 'abandoned' : state };
}

/** A parked task as Visibility has it. */
export function letterOfRow(row: ScannedRow, now: Date): DeadLetter {
  const { parking, class: failureClass = 'unknown', code = 'UNKNOWN', fingerprint = '', createdAt } = row;
  if (parking) return parkedLetter(row, parking, now);
  // A task of release 0.1.0: its memo says nothing of its parking.
  const trouble = {
    class: failureClass,
    code,
    fingerprint,
    message: code,
    attempts: 0,
    failures: [],
    since: createdAt,
  };
  return { ...letter(row, trouble, now), state: 'dead-lettered' };
}

function letter({ id, runId, type, queue, category, tenant, tags }: Task, trouble: Trouble, now: Date) {
  const { class: failureClass, code, fingerprint, message, attempts, since, failures } = trouble;
  const [first, last] = [failures[0], failures.at(-1)];
  return {
    id,
    runId,
    type,
    class: failureClass,
    code,
    fingerprint,
    message: redactText(message),
    ...(last?.error && { error: last.error }),
    attempts,
    ...(first && last && { firstFailedAt: first.at, lastFailedAt: last.at }),
    since,
    ageSeconds: secondsSince(since, now),
    queue,
    ...(category && { category }),
    ...(tenant && { tenant }),
    tags,
  };
}

/** Whole seconds, never below zero: clocks differ. */
export function secondsSince(time: string, now: Date): number {
  return Math.max(0, Math.round((now.getTime() - Date.parse(time)) / 1000));
}
