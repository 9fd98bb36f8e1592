import type { TaskState } from '../../protocol/task';
import type { Why } from '../../tasks/explain';
import type { BreakerView } from '../breakers/breakers';

/** What a diagnosis found. Times are ISO; texts are redacted. */
export interface Diagnosis {
  takenAt: string;
  /** Tasks that were submitted longer ago than this were looked at; null: those beyond their normal time. */
  hours: number | null;
  /** Stuck tasks of all types together. */
  total: number;
  /** The type with the most stuck tasks first. */
  types: StuckType[];
  /** Open tasks of the same age that wait on purpose, and so do not count as stuck. */
  otherStates: OtherState[];
  /** Circuit breakers that are open or half-open. */
  openBreakers: BreakerView[];
  recommendations: Recommendation[];
}

export interface StuckType {
  type: string;
  count: number;
  /** False when there may be more: of tasks past their time that nobody serves, only the first thousand are looked at. */
  exact: boolean;
  /** When the oldest of them was submitted, or should have begun. */
  oldest: string;
  maxHoursStuck: number;
  /** The most frequent first. */
  causes: StuckCause[];
  /** The newest ones. */
  samples: StuckSample[];
}

export interface StuckCause {
  cause: Why['cause'] | 'parked';
  /** What the tasks have in common: a queue, a circuit breaker, or a failure code. */
  what?: string;
  count: number;
  /** False: estimated from a sample. */
  exact: boolean;
  /** Tasks that were looked at, where the count is an estimate. */
  sampled?: number;
  /** What it says of the newest of them. */
  message: string;
  todo?: string;
  /** The task of that message. */
  example: string;
}

export interface StuckSample {
  id: string;
  runId: string;
  /** Number of the parking, for one that is parked. */
  parking?: number;
  type: string;
  queue: string;
  state: TaskState;
  /** The input of the last attempt as JSON, at most 1,000 characters of it. */
  arguments: string;
  submittedAt: string;
  /** When the last attempt began; null before the first one. */
  lastRunAt: string | null;
  /** Since the last attempt began, or since the submission. */
  hoursStuck: number;
  /** The last failure. */
  statusMessage: string | null;
  attempts: number;
  why: Why;
  /** Present when asked for. */
  execution?: ExecutionCheck;
}

export interface OtherState {
  state: Extract<TaskState, 'scheduled' | 'paused'>;
  count: number;
}

export interface Recommendation {
  text: string;
  /** What to type; absent where there is nothing to type. */
  command?: string;
}

type Conclusion = 'EXECUTED' | 'FAILED' | 'NOT EXECUTED' | 'INCONCLUSIVE';

/** What three witnesses say of one task, and what follows from it. */
export interface ExecutionCheck {
  conclusion: Conclusion;
  /** Why, in words. */
  because: string;
  history: HistoryWitness;
  fleet: FleetWitness;
  /** Absent when the task type has no verifier. */
  outside?: OutsideWitness;
}

/** What the record of the task says. */
export interface HistoryWitness {
  /** `lost`: the worker went away while an attempt ran, and what it did is not known. */
  last: 'not-started' | 'running' | 'failed' | 'lost' | 'completed';
  text: string;
}

/** What the workers say. */
export interface FleetWitness {
  /** Workers that poll the task's queue. */
  workers: number;
  /** Whether an attempt may be running right now. */
  attemptIsAlive: boolean;
  text: string;
}

/** What the outside world says, through the task type's verifier. */
export type OutsideWitness =
  | { effect: 'done'; output?: unknown; evidence: string }
  | { effect: 'failed' | 'absent' | 'unknown'; evidence: string };
