import { createHash } from 'node:crypto';
import type { FailureClass } from './words';

interface FailureCode {
  class: FailureClass;
  /** Whether another attempt inside the same activity can help. */
  retryable: boolean;
}

/** The taxonomy: every failure code, its class, and whether an attempt may follow. */
export const FAILURE_CODES = {
  TRANSIENT_DATABASE: { class: 'transient', retryable: true },
  TRANSIENT_NETWORK: { class: 'transient', retryable: true },
  TRANSIENT_RESOURCE: { class: 'transient', retryable: true },
  TRANSIENT_RATE_LIMIT: { class: 'transient', retryable: true },
  PERMANENT_VALIDATION: { class: 'permanent', retryable: false },
  PERMANENT_NOT_FOUND: { class: 'permanent', retryable: false },
  PERMANENT_PERMISSION: { class: 'permanent', retryable: false },
  PERMANENT_LOGIC: { class: 'permanent', retryable: false },
  CONFIG_MISSING_SETTING: { class: 'configuration', retryable: false },
  CONFIG_INVALID_SETTING: { class: 'configuration', retryable: false },
  CONFIG_MISSING_SERVICE: { class: 'configuration', retryable: false },
  EXTERNAL_API_DOWN: { class: 'external', retryable: true },
  EXTERNAL_API_ERROR: { class: 'external', retryable: true },
  EXTERNAL_TIMEOUT: { class: 'external', retryable: true },
  SYSTEM_OUT_OF_MEMORY: { class: 'transient', retryable: true },
  SYSTEM_DISK_FULL: { class: 'transient', retryable: true },
  SYSTEM_WORKER_CRASH: { class: 'transient', retryable: true },
  TASK_TIMED_OUT: { class: 'external', retryable: false },
  TASK_QUEUE_TIMED_OUT: { class: 'configuration', retryable: false },
  OUTCOME_UNKNOWN: { class: 'unknown', retryable: false },
  FAILED_BY_OPERATOR: { class: 'permanent', retryable: false },
  ABANDONED: { class: 'permanent', retryable: false },
  UNKNOWN: { class: 'unknown', retryable: true },
} as const satisfies Record<string, FailureCode>;

export type FailureCodeName = keyof typeof FAILURE_CODES;

export function isFailureCode(code: string): code is FailureCodeName {
  return Object.hasOwn(FAILURE_CODES, code);
}

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
