/**
 * The terms that every part of Holdfast shares. This file and its parts import nothing else, so that workflow code can use
 * them inside Temporal's sandbox. `docs/architecture.md` defines each.
 */

import type { ArtifactRef } from './artifact';
import type { AttemptFailure, AttemptsReport, Parking } from './failure';
import type { BatchMembership } from './membership';
import type { Policy } from './policy';
import type { WebhookTarget } from './webhook';

export * from './artifact';
export * from './attempt';
export * from './failure';
export * from './policy';

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
  /** Who is notified of the task's end. Tasks that notify nobody have none. */
  notify?: WebhookTarget[];
  /** Set on a run that follows an ended run of the same task: who asked for it and why. */
  redrive?: Redrive;
  /** The ended run that this one follows: of the runs that say so, one runs. */
  follows?: string;
  /** The batch that wants to know of its end. */
  batch?: BatchMembership;
  /** Set once a worker has picked up a task that has a `maxQueueTime`. */
  pickedUp?: true;
  /** What operators had sent before that worker came, and what is still to be carried out. */
  messages?: EarlierMessages;
}

/** Operators' messages that one run of a task hands to the next. */
export interface EarlierMessages {
  paused?: true;
  /** The message that ends the task. */
  verdict?: { kind: Extract<SignalName, 'resolve' | 'fail' | 'abandon' | 'expire'>; message: OperatorMessage };
}

interface Redrive {
  /** The ended run that this one follows. */
  runId: string;
  by?: string;
  reason?: string;
  /** Present on `resolve`: the result to record without calling the handler. */
  result?: { value: unknown };
  /** With `result`: what the attempts before had come to. */
  tried?: AttemptsReport;
}

/** What a completed task workflow returns. */
export interface TaskEnd {
  output: unknown;
  attempts: number;
  failures: AttemptFailure[];
  /** Set when an operator gave the result. */
  resolvedBy?: string;
}

/** What the memo of every task holds: facts for readers who must not need a worker. */
export interface TaskMemo {
  /** Hash of type and input as received, before defaults. */
  payloadHash: string;
  /** Distinguishes one's own submission from another's. */
  nonce: string;
  generation: string;
  createdAt: string;
  key?: string;
  /** What it does, in a line. */
  description?: string;
  tenant?: string;
  runAt?: string;
  inline?: true;
  policy: Policy;
  /** ID of the HTTP request that submitted it. */
  requestId?: string;
  /** The schedule that started the task. */
  schedule?: ScheduleMark;
  /** Present while the task is parked. */
  parking?: Parking;
  /** The ended run that this one follows. */
  follows?: string;
  /** Present on a cancelled task: what its attempts came to. A cancelled run has no other place to say so. */
  tried?: AttemptsReport;
}

/** What a schedule's action says of itself, so that a run is known by it and the schedule can be read back. */
interface ScheduleMark {
  id: string;
  priority?: number;
  /** What differs from the task type's policy. */
  policy?: object;
}

/** The memo in a schedule's action: the same for every run. Key and times of a run are in the server's own attributes. */
export type ScheduledMemo = Omit<TaskMemo, 'nonce' | 'createdAt' | 'key' | 'runAt' | 'follows'> & {
  schedule: ScheduleMark;
};

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
  /** `resolve`: the result is what the operator says, and nobody checks it; the reason says so. Never sent on. */
  unchecked?: boolean;
  /** The parking that this message answers; ignored when that parking is over. */
  parking?: number;
  /** `retry`: ISO time at which to run again. Defaults to now. */
  at?: string;
  /** Names the message: one that arrives twice, as an update and as a signal, is carried out once. */
  id?: string;
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
