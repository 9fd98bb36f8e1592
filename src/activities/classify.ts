import { ZodError } from 'zod';
import { HoldfastError } from '../errors';
import { type FailureCodeName, TaskFailure } from '../tasks/failures';

/** What a thrown thing amounts to. */
export interface Classified {
  code: FailureCodeName;
  message: string;
  /** Seconds that the other side asked to wait. */
  retryAfter?: number;
  /** Name of the class of what was thrown: `TypeError`. */
  error: string;
}

const BY_SYSTEM_CODE: Record<string, FailureCodeName> = {
  ECONNREFUSED: 'TRANSIENT_NETWORK',
  ECONNRESET: 'TRANSIENT_NETWORK',
  EPIPE: 'TRANSIENT_NETWORK',
  ETIMEDOUT: 'TRANSIENT_NETWORK',
  EHOSTUNREACH: 'TRANSIENT_NETWORK',
  ENETUNREACH: 'TRANSIENT_NETWORK',
  EAI_AGAIN: 'TRANSIENT_NETWORK',
  ENOTFOUND: 'TRANSIENT_NETWORK',
  EMFILE: 'TRANSIENT_RESOURCE',
  EAGAIN: 'TRANSIENT_RESOURCE',
  ENOMEM: 'SYSTEM_OUT_OF_MEMORY',
  ENOSPC: 'SYSTEM_DISK_FULL',
  EDQUOT: 'SYSTEM_DISK_FULL',
  EACCES: 'PERMANENT_PERMISSION',
  EPERM: 'PERMANENT_PERMISSION',
};

const BY_HOLDFAST_CODE: Partial<Record<HoldfastError['code'], FailureCodeName>> = {
  'not-found': 'PERMANENT_NOT_FOUND',
  'too-large': 'PERMANENT_VALIDATION',
  'invalid-request': 'PERMANENT_VALIDATION',
  unavailable: 'TRANSIENT_NETWORK',
};

/** Names the failure in anything a handler throws. */
export function classify(thrown: unknown): Classified {
  return { ...failureIn(thrown), error: thrown instanceof Error ? thrown.name : typeof thrown };
}

function failureIn(thrown: unknown): Omit<Classified, 'error'> {
  if (thrown instanceof TaskFailure) {
    const { code, message, retryAfter } = thrown;
    return { code, message, ...(retryAfter !== undefined && { retryAfter }) };
  }
  if (thrown instanceof ZodError) {
    const issues = thrown.issues.map(({ path, message }) => (path.length ? `${path.join('.')}: ${message}` : message));
    return { code: 'PERMANENT_VALIDATION', message: issues.join('; ') };
  }
  return { code: codeOf(thrown), message: thrown instanceof Error ? thrown.message : String(thrown) };
}

function codeOf(thrown: unknown): FailureCodeName {
  if (thrown instanceof HoldfastError) return BY_HOLDFAST_CODE[thrown.code] ?? 'UNKNOWN';
  const systemCode = (thrown as NodeJS.ErrnoException | undefined)?.code;
  if (typeof systemCode === 'string' && BY_SYSTEM_CODE[systemCode]) return BY_SYSTEM_CODE[systemCode];
  // A mistake in the handler does not go away by trying again.
  if (thrown instanceof TypeError || thrown instanceof ReferenceError || thrown instanceof RangeError)
    return 'PERMANENT_LOGIC';
  return 'UNKNOWN';
}
