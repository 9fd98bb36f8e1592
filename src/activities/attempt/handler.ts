import type { z } from 'zod';
import type { ArtifactStore } from '../../artifacts/store';
import type { TaskView } from '../../client/read/view';
import type { KeyedSubmission } from '../../client/submit/prepare';
import type { Contract } from '../../tasks/contract';
import type { GuardOptions } from '../breaker/worker-breakers';

/** Writes one line to the worker's log and to the task's own log, which any host can read. */
export interface TaskLog {
  debug(message: string, fields?: Record<string, unknown>): void;
  info(message: string, fields?: Record<string, unknown>): void;
  warn(message: string, fields?: Record<string, unknown>): void;
  error(message: string, fields?: Record<string, unknown>): void;
}

/** What a handler gets besides its input. */
export interface HandlerContext {
  readonly taskId: string;
  readonly type: string;
  readonly generation: string;
  /** On whose behalf; absent: on nobody's in particular. */
  readonly tenant?: string;
  /** 1 for the first run of the handler. */
  readonly attempt: number;
  /** The time that this run was for, when a schedule started this task. */
  readonly scheduledFor: Date | undefined;
  /**
   * Aborted when the task is cancelled, its time is up, or the worker shuts down. A handler stops its
   * work and throws `signal.reason`; cleaning up first is fine.
   */
  readonly signal: AbortSignal;
  readonly log: TaskLog;
  readonly artifacts: ArtifactStore;
  /** Reports how far the work is: 0 to 100, never falling. Cheap; call it as often as it changes. */
  progress(percent: number, stage?: string): void;
  /**
   * For work of many items: call it before each of them. It ends the attempt by what it throws, which the handler lets
   * pass, when the task was cancelled (the signal's reason) or paused; then the attempt uses up nothing, and the next
   * one, on `resume`, must find which items are done: write each down, say with `artifacts.appendJournal`. Cheap: it
   * asks the server once a second at most, so that a pause takes effect within about a second and an item.
   */
  betweenItems(): Promise<void>;
  /** A stable name for one effect of this task, for outside systems to recognise a repeat by. */
  effectKey(step?: string): string;
  /** Saves what the next attempt should find in `resumeFrom`, should this one be lost. A few KiB at most. */
  checkpoint(value: unknown): void;
  /** The last checkpoint of an earlier attempt, if any. */
  readonly resumeFrom: unknown;
  /**
   * Makes a call to something outside under its circuit breaker. While the breaker is open the call is not
   * made: the attempt steps back and the task waits, without using up an attempt. Let what it throws pass.
   *
   * It is also the mark of every outside effect: a rehearsal runs the handler up to the first guarded call and does
   * not make it. What changes the world without it, a rehearsal changes too. Files and records of `artifacts` need
   * no mark.
   * @param dependency What fails together, as `kind:place`: `smtp:mail.example.com`, `database:orders`.
   * @param options When it opens, and for how long, by default as its kind; and, with `perTenant`, that each tenant has a
   * breaker of its own: for what the task's caller names, so that nobody's failing calls hold up anybody else.
   */
  guard<T>(dependency: string, call: () => Promise<T>, options?: GuardOptions): Promise<T>;
  /**
   * Hands work over to tasks of their own, which live on without this one. Each needs a key, so that a repeated attempt
   * finds those that an earlier one has submitted, whatever has become of them: no two are made of one key for this
   * generation of the task. They get the tag `parent:` and this task's ID, where it fits,
   * and this task's tenant, unless they name one.
   * An outside effect: a rehearsal stops here.
   * @returns Each task as it is now, in the order of the submissions.
   * @throws HoldfastError that names the submission. One that is refused fails the task as `PERMANENT_VALIDATION` when
   *   let pass, and the others of the call may have been made; a Temporal that is away as `TRANSIENT_NETWORK`. When it is
   *   away before anything new was submitted, the attempt steps back instead.
   */
  submit(submissions: readonly KeyedSubmission[]): Promise<TaskView[]>;
  /**
   * Waits until each of the tasks has ended or waits for a person (dead-lettered, paused), without holding a worker's
   * place while it takes long: after some seconds the attempt steps back, and the handler runs again from its
   * beginning, without using up an attempt. So what came before must give the same again. Let what it throws pass.
   * @param patience Seconds, from the first call for this generation of the task, after which it returns the tasks as
   *   they are. Defaults to 600.
   * @throws TypeError in an inline task, which cannot step back, and for the task's own ID.
   */
  awaitEnds(taskIds: readonly string[], patience?: number): Promise<TaskView[]>;
}

/** The code that does a task type's work. Throw a `TaskFailure` to name the failure; return the output. */
export type Handler<C extends Contract = Contract> = (
  input: z.output<C['input']>,
  context: HandlerContext,
) => Promise<z.input<C['output']>>;

/** One handler for every contract of a catalogue; a contract without one does not compile. */
export type HandlersFor<Contracts extends readonly Contract[]> = {
  [C in Contracts[number] as C['type']]: Handler<C>;
};
