import { type FailureCodeName, TaskFailure } from '../tasks/failures';

interface Options<Prefix extends string> extends ErrorOptions {
  /** The finer name of the failure; docs/reference/failure-codes.md lists them. */
  code?: Extract<FailureCodeName, `${Prefix}_${string}`>;
}

/** It passes by itself: retried soon, and as a dead letter later. */
export class Transient extends TaskFailure {
  /** @param options.retryAfter Seconds to wait before the next attempt, when the other side named them. */
  constructor(message: string, { code, retryAfter, ...rest }: Options<'TRANSIENT'> & { retryAfter?: number } = {}) {
    super(
      code ?? (retryAfter === undefined ? 'TRANSIENT_RESOURCE' : 'TRANSIENT_RATE_LIMIT'),
      message,
      retryAfter,
      rest,
    );
  }
}

/** Somebody else's system is down or wrong: retried, then hours later. */
export class External extends TaskFailure {
  constructor(message: string, { code = 'EXTERNAL_API_ERROR', ...rest }: Options<'EXTERNAL'> = {}) {
    super(code, message, undefined, rest);
  }
}

/** Something here is not set up: a person has to act, so it waits longer. */
export class Configuration extends TaskFailure {
  constructor(message: string, { code = 'CONFIG_INVALID_SETTING', ...rest }: Options<'CONFIG'> = {}) {
    super(code, message, undefined, rest);
  }
}

/** It will never work with this input: not retried. */
export class Permanent extends TaskFailure {
  constructor(message: string, { code = 'PERMANENT_VALIDATION', ...rest }: Options<'PERMANENT'> = {}) {
    super(code, message, undefined, rest);
  }
}

/** Nobody knows whether it happened: never repeated by itself, a person decides. */
export class OutcomeUnknown extends TaskFailure {
  constructor(message: string, options: ErrorOptions = {}) {
    super('OUTCOME_UNKNOWN', message, undefined, options);
  }
}
