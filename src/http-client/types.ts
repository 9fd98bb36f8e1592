import type { z } from 'zod';
import type { Duration } from './duration';

/** What a client must know of a task type: its name, and to the compiler its schemas. No handler is loaded for it. */
export interface TypedContract<Input extends z.ZodType = z.ZodType, Output extends z.ZodType = z.ZodType> {
  readonly type: string;
  readonly input: Input;
  readonly output: Output;
}

/** A task type as callers name it: what `defineTask` returned, or its contract. */
export type TaskLike = TypedContract | { readonly type: string; readonly contract: TypedContract };

type ContractOf<T extends TaskLike> = T extends { readonly contract: infer C extends TypedContract }
  ? C
  : T extends TypedContract
    ? T
    : never;
export type InputOf<T extends TaskLike> = z.input<ContractOf<T>['input']>;
export type OutputOf<T extends TaskLike> = z.output<ContractOf<T>['output']>;

export type TaskState =
  | 'scheduled'
  | 'queued'
  | 'running'
  | 'retrying'
  | 'paused'
  | 'dead-lettered'
  | 'completed'
  | 'failed'
  | 'cancelled';

/** A task as it was read. Times are ISO; the HTTP reference has every field. */
export interface TaskSnapshot<Output = unknown> {
  id: string;
  type: string;
  state: TaskState;
  /** 0 to 100. */
  progress: number;
  attempts?: number;
  key?: string;
  tags: string[];
  tenant?: string;
  createdAt: string;
  endedAt?: string;
  result?: Output;
  failure?: { code: string; class: string; message: string; fingerprint: string };
  why?: { cause: string; message: string; todo?: string; command?: string };
}

export interface SubmitOptions {
  /** Idempotency key: equal submissions with it, within its window, are one task. */
  key?: string;
  tags?: readonly string[];
  tenant?: string;
  /** Time before the task begins: seconds, or a text such as `'10m'`. */
  delay?: Duration;
  /** Not before this time. */
  runAt?: Date;
  /** 1 (first) to 5 (last). */
  priority?: number;
}

export interface ResultOptions {
  /** Longest wait for the end: seconds, or a text such as `'30s'`. Defaults to a minute. */
  within?: Duration;
  signal?: AbortSignal;
}

/** One task that was submitted or found. */
export interface Run<Output> {
  readonly id: string;
  /** True when an earlier submission of the same key answered. */
  readonly duplicate: boolean;
  /**
   * Waits for the result.
   * @throws TaskFailed when it failed or was cancelled; StillOpen when it has not ended in time.
   */
  result(options?: ResultOptions): Promise<Output>;
  /** The task whenever it has changed, until it has ended. */
  watch(options?: { signal?: AbortSignal }): AsyncIterable<TaskSnapshot<Output>>;
  read(): Promise<TaskSnapshot<Output>>;
}

/** What an operator may send to a task. */
export type Message = 'retry' | 'cancel' | 'pause' | 'resume' | 'resolve' | 'fail' | 'abandon';

export interface MessageOptions {
  by?: string;
  reason?: string;
  /** retry: corrected input. */
  input?: unknown;
  /** resolve: the result. */
  result?: unknown;
}

/** What both clients offer: the one over HTTP, and the one over Temporal. */
export interface TasksClient {
  /** @throws HoldfastError-like errors with a `code`: `invalid-request`, `key-reused`, `unknown-task-type`, `unavailable` … */
  submit<T extends TaskLike>(task: T, input: InputOf<T>, options?: SubmitOptions): Promise<Run<OutputOf<T>>>;
  /** Submits many, a bounded number at a time. The order is kept; the first refusal rejects. */
  submitAll<T extends TaskLike>(
    task: T,
    items: readonly { input: InputOf<T>; options?: SubmitOptions }[],
  ): Promise<Run<OutputOf<T>>[]>;
  /** The task that a key stands for, if any. */
  find<T extends TaskLike>(task: T, key: string, tenant?: string): Promise<Run<OutputOf<T>> | undefined>;
  /** @throws an error with the code `task-not-found`. */
  read(id: string): Promise<TaskSnapshot>;
  /** Every task that matches, the newest first. */
  list(filter?: Readonly<Record<string, string>>): AsyncIterable<TaskSnapshot>;
  send(id: string, message: Message, options?: MessageOptions): Promise<TaskSnapshot>;
}
