import { createHash } from 'node:crypto';
import type { FailureCodeName } from './failure-codes';

export { FAILURE_CODES, type FailureCodeName, isFailureCode } from './failure-codes';

/**
 * Thrown by a handler that knows exactly what went wrong.
 * Anything else it throws is classified by the table of thrown things.
 */
export class TaskFailure extends Error {
  override readonly name = 'TaskFailure';

  /** @param retryAfter Seconds to wait before the next attempt, when the other side named them. */
  constructor(
    readonly code: FailureCodeName,
    message: string,
    readonly retryAfter?: number,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** Groups failures that are the same trouble: numbers, hex strings and quoted parts do not count. */
export function fingerprint(type: string, code: string, message: string): string {
  const normalised = message
    .toLowerCase()
    .replace(/"[^"]*"|'[^']*'/g, '?')
    .replace(/\b(0x)?[0-9a-f]{8,}\b/g, '#')
    .replace(/\d+/g, '#')
    .replace(/\s+/g, ' ')
    .trim();
  return createHash('sha256').update(`${type}\n${code}\n${normalised}`).digest('hex').slice(0, 16);
}
