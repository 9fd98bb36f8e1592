/**
 * The words every part of Holdfast shares. This file imports nothing, so that workflow code can use it
 * inside Temporal's sandbox. `docs/architecture.md` defines each word.
 */

/** Every state a task can be in. `completed`, `failed` and `cancelled` are ends; the others are open. */
export const TASK_STATES = [
  'scheduled',
  'queued',
  'running',
  'retrying',
  'paused',
  'dead-lettered',
  'completed',
  'failed',
  'cancelled',
] as const;
export type TaskState = (typeof TASK_STATES)[number];

/** The states that the workflow itself records in `TaskState`; all others are derived from the server's own records. */
export type RecordedState = Extract<TaskState, 'scheduled' | 'paused' | 'dead-lettered'>;

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

/** How a task is treated. Fixed at submission and carried in the workflow's input. All times are seconds. */
export interface Policy {
  category: string;
  queue: string;
  /** 1 (first) to 5 (last). */
  priority: number;
  /** How long the key answers with the same task after it completed. */
  window: number;
  /** The same after it failed. */
  failureWindow: number;
  /** Attempts that may fail before the task counts as used up. */
  attempts: number;
  firstDelay: number;
  curve: 'exponential' | 'linear';
  /** How fast the delay grows: factor of the exponential curve, step of the linear one. Unset: 2, and 1. */
  growth?: number;
  /** Largest part of a delay, 0 to 1, that chance takes off. Unset: 0.5. */
  jitter?: number;
  /** True when the contract or the submission chose the retries: then a failure code's own retries do not count. */
  ownRetries?: true;
  /** Longest delay between two attempts. */
  cap: number;
  /** Longest run of one attempt. */
  timeout: number;
  /**
   * Longest time that attempts may run together since the last (re)drive; waiting, pauses and parkings do not
   * count. Unset only in tasks of release 0.1.0.
   */
  maxProcessingTime?: number;
  /**
   * By failure class: the delays before each redrive of a dead letter. A class without any is abandoned at once.
   * Unset only in tasks of release 0.1.0, which fail as soon as their attempts are used up.
   */
  redrives?: Record<FailureClass, number[]>;
  /** Silence after which a running attempt counts as lost. */
  heartbeatTimeout: number;
  /** Attempts that may be lost with their worker before the task counts as used up. */
  lostAttempts: number;
  /** Longest wait for a first worker; the server itself ends the task, worker or not. Unset: waits visibly. */
  maxQueueTime?: number;
  /** Longest life of the task, waiting and retries included; enforced by the server. Unset: no limit. */
  maxTotalTime?: number;
}

/** A file in the artifact store. */
export interface ArtifactRef {
  /** `sha256:` and 64 hex digits. */
  hash: string;
  bytes: number;
  name?: string;
  mediaType?: string;
}

/** Stands in for a JSON value too large for a history. */
export interface StoredValue {
  $artifact: ArtifactRef;
}

/** The one argument of every task workflow. */
export interface TaskStart {
  type: string;
  generation: string;
  input: unknown;
  policy: Policy;
  /** False: a lost attempt leaves the outcome unknown, and nobody but a person may run it again. */
  idempotent: boolean;
  inline: boolean;
  tenant?: string;
  /** ISO time before which the task must not begin. */
  runAt?: string;
  /** Set on a run that follows an ended run of the same task: who asked for it and why. */
  redrive?: Redrive;
  /** Set once a worker has picked up a task that has a `maxQueueTime`. */
  pickedUp?: true;
}

interface Redrive {
  /** The ended run that this one follows. */
  runId: string;
  by?: string;
  reason?: string;
  /** Present on `resolve`: the result to record without calling the handler. */
  result?: { value: unknown };
}

/** What a completed task workflow returns. */
export interface TaskEnd {
  output: unknown;
  attempts: number;
  failures: AttemptFailure[];
  /** Set when an operator gave the result. */
  resolvedBy?: string;
}

/** The single detail of the ApplicationFailure that ends a failed task. */
export interface FailureDetail {
  class: FailureClass;
  code: string;
  fingerprint: string;
  attempts: number;
  failures: AttemptFailure[];
  /** Nobody will run it again by itself: no redrive was left, or an operator said so. */
  abandoned?: boolean;
  /** Why it was abandoned, when no operator did it. */
  abandonedBecause?: string;
  /** ISO time before which the other side asked not to be called again. */
  retryAt?: string;
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
  /** Redrives since the submission or an operator's last word, and how many there may be. */
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

/** What the memo of every task holds: facts for readers who must not need a worker. */
export interface TaskMemo {
  /** Hash of type and input as received, before defaults. */
  payloadHash: string;
  /** Tells one's own submission from another's. */
  nonce: string;
  generation: string;
  createdAt: string;
  key?: string;
  tenant?: string;
  runAt?: string;
  inline?: true;
  policy: Policy;
  /** Present while the task is parked. */
  parking?: Parking;
}

/** Names of the signals operators may send; each takes one optional {@link OperatorMessage}. */
export const SIGNALS = ['retry', 'resolve', 'fail', 'abandon', 'pause', 'resume', 'expire'] as const;
export type SignalName = (typeof SIGNALS)[number];

/** The argument of every signal. Every field is optional, and anything else is ignored and logged. */
export interface OperatorMessage {
  by?: string;
  reason?: string;
  /** `retry`: the input to use from now on. */
  input?: unknown;
  /** `resolve`: the result to record. */
  result?: unknown;
  /** The parking that this message answers; ignored when that parking is over. */
  parking?: number;
  /** `retry`: ISO time at which to run again. Defaults to now. */
  at?: string;
}

/** Names of the search attributes. All are Keyword, but for TaskTags, a KeywordList. */
export const SEARCH_ATTRIBUTES = {
  state: 'TaskState',
  tenant: 'TaskTenant',
  category: 'TaskCategory',
  failureClass: 'FailureClass',
  failureCode: 'FailureCode',
  failureFingerprint: 'FailureFingerprint',
  failureOutcome: 'FailureOutcome',
  tags: 'TaskTags',
} as const;

/** Queue of the workflows that steer others: circuit breakers and bulk actions. Every worker serves it. */
export const CONTROL_QUEUE = 'holdfast-control';
/** Queue of the monitor and of the alerts, which the monitor role serves. */
export const MONITOR_QUEUE = 'holdfast-monitor';

/** Begin of the activity IDs of handlers: tells them from the task's other activities. */
export const HANDLER_ACTIVITY = 'handler';

/** Arguments of the activity that runs one task type's handler. */
export interface HandlerCall {
  type: string;
  generation: string;
  input: unknown;
  policy: Policy;
  idempotent: boolean;
  /** Failures of earlier activities of this run (the inline attempt, or before a redrive). */
  carried: AttemptFailure[];
  /** Failures of attempts up to this one count no more: the task was redriven since. Unset: 0. */
  forgivenUpTo?: number;
  /** ISO time before which no attempt may begin: the inline attempt was told so. */
  notBefore?: string;
  /** True for the first attempt of an inline task, which no heartbeat can reach. */
  inline: boolean;
}

/** What the handler's activity hands back. */
export interface HandlerReturn {
  output: unknown;
  failures: AttemptFailure[];
}

/** What an attempt that was told to stop hands over: the one detail of its CancelledFailure. */
export interface AttemptsTold {
  attempts: number;
  failures: AttemptFailure[];
}

/** What a running attempt tells the server with every heartbeat; also the memory of the next attempt. */
export interface Heartbeat {
  attempt: number;
  /** What to add to the server's own count of attempts, which an operator's retry sets back to 1. */
  offset: number;
  /** Failures of attempts up to this one count no more: an operator has said `retry` since. */
  forgivenUpTo: number;
  startedAt: string;
  worker: string;
  /** 0 to 100; never falls, also not from attempt to attempt. */
  progress: number;
  stage?: string;
  failures: AttemptFailure[];
  /** Seconds that earlier attempts ran since the last (re)drive. */
  ranBefore?: number;
  /** Seconds that this attempt has run. */
  ranFor?: number;
  /** Attempts that failed since the last (re)drive; of their failures only the last twenty are kept. */
  failed?: number;
  /** Attempts lost with their workers since the last (re)drive. */
  lost?: number;
  /** Set by an attempt that stepped back before it began: what the task waits for, and until when (ISO). */
  waitsFor?: { breaker: string; until: string };
  /** What the handler itself wants its next attempt to find. */
  checkpoint?: unknown;
}
