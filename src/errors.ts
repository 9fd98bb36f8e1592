/**
 * Everything Holdfast refuses or cannot do for a caller, in one place. The API renders each as
 * problem+json by its `code`; library users match on `code` too, never on the class.
 */
export type ErrorCode =
  | 'invalid-request'
  | 'unknown-task-type'
  | 'task-not-found'
  | 'not-found'
  | 'key-reused'
  | 'state-conflict'
  | 'already-exists'
  | 'window-too-long'
  | 'too-large'
  | 'storage-full'
  | 'storage-unavailable'
  | 'unavailable'
  | 'not-set-up'
  | 'encryption-key-unknown'
  | 'damaged'
  | 'forbidden';

/** One thing wrong with an input: a JSON pointer to it and what is wrong. */
export interface Issue {
  pointer: string;
  message: string;
}

export class HoldfastError extends Error {
  override readonly name = 'HoldfastError';

  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly extra: { issues?: Issue[]; retryAfter?: number; taskId?: string; state?: string } = {},
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** Thrown at start for a setting, port or service that makes starting pointless; printed as one line. */
export class StartError extends Error {
  override readonly name = 'StartError';
}
