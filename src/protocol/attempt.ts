/** What the workflow and an attempt of the handler send each other. This file imports nothing but types. */
import type { AttemptFailure, FailureDetail } from './failure';
import type { AttemptPolicy } from './policy';

/** Begin of the activity IDs of handlers: distinguishes them from the task's other activities. */
export const HANDLER_ACTIVITY = 'handler';

/** Arguments of the activity that runs one task type's handler. */
export interface HandlerCall {
  type: string;
  generation: string;
  /** On whose behalf. */
  tenant?: string;
  /** ID of the HTTP request that submitted the task, for the logs. */
  requestId?: string;
  input: unknown;
  policy: AttemptPolicy;
  idempotent: boolean;
  /** Failures of earlier activities of this run (the inline attempt, or before a redrive). */
  carried: AttemptFailure[];
  /** Failures of attempts up to this one count no more: the task was redriven since. Unset: 0. */
  forgivenUpTo?: number;
  /** ISO time before which no attempt may begin: the inline attempt received this time. */
  notBefore?: string;
  /** True for the first attempt of an inline task, which no heartbeat can reach. */
  inline: boolean;
  /** Inline only: a worker may have begun this attempt before, and died of it. */
  repeated?: boolean;
  /** The workflow holds the task itself when an attempt finds it paused and the server cannot hold the attempt. */
  mayBeHeld?: true;
  /** What the last attempt of the activity before this one left behind. */
  resume?: Heartbeat;
}

/** The detail of a failed attempt. */
export interface AttemptDetail extends FailureDetail {
  /** Set by an attempt that found its task paused on a server that cannot hold it: what the next one begins with. */
  held?: Heartbeat;
}

/** What the handler's activity hands back. */
export interface HandlerReturn {
  output: unknown;
  failures: AttemptFailure[];
}

/** The tasks that a task has to see ended before it goes on. */
export interface AwaitedTasks {
  /** How many of them are open. */
  open: number;
  of: number;
  /** ISO time since when it waits. */
  since: string;
  /** IDs of the first open ones. */
  named: string[];
}

/** What a running attempt reports to the server with every heartbeat; also the memory of the next attempt. */
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
  /** Set by an attempt that stepped back for tasks of its own. */
  awaits?: AwaitedTasks;
  /** What the handler itself wants its next attempt to find. */
  checkpoint?: unknown;
}
