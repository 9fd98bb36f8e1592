import type { TaskSnapshot } from './types';

/** A task has failed or was cancelled. */
export class TaskFailed extends Error {
  override readonly name = 'TaskFailed';
  /** `TRANSIENT_RATE_LIMIT` and its like; `CANCELLED` for a cancelled task. */
  readonly code: string;
  /** transient, external, configuration, permanent or unknown. */
  readonly class: string;

  constructor(readonly task: TaskSnapshot) {
    const { failure, state, id } = task;
    super(failure?.message ?? `Task ${id} is ${state}.`);
    this.code = failure?.code ?? 'CANCELLED';
    this.class = failure?.class ?? 'unknown';
  }
}

/** The task has not ended within the time. It goes on. */
export class StillOpen extends Error {
  override readonly name = 'StillOpen';

  constructor(
    readonly task: TaskSnapshot,
    within: number,
  ) {
    const why = task.why ? `: ${task.why.message}` : '';
    super(`Task ${task.id} is still ${task.state} after ${within} s${why}.`);
  }
}

/** What the API refused, with its own words and code. */
export class RequestRefused extends Error {
  override readonly name = 'RequestRefused';

  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    /** The API's problem document. */
    readonly problem: Readonly<Record<string, unknown>> = {},
  ) {
    super(message);
  }
}
