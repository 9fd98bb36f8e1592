import type { ErrorCode } from '../../errors';
import { type FailureCodeName, isFailureCode } from '../../tasks/failures';
import { CERTAIN, type Judge } from './verdict';

/** What Holdfast's own refusals amount to, when a handler meets them. */
export const HOLDFAST_ERRORS: Record<ErrorCode, FailureCodeName> = {
  'invalid-request': 'PERMANENT_VALIDATION',
  'unknown-task-type': 'PERMANENT_VALIDATION',
  'task-not-found': 'PERMANENT_NOT_FOUND',
  'not-found': 'PERMANENT_NOT_FOUND',
  'key-reused': 'PERMANENT_VALIDATION',
  'already-exists': 'PERMANENT_VALIDATION',
  'state-conflict': 'PERMANENT_VALIDATION',
  'window-too-long': 'PERMANENT_VALIDATION',
  'too-large': 'PERMANENT_VALIDATION',
  unavailable: 'TRANSIENT_NETWORK',
  'storage-full': 'SYSTEM_DISK_FULL',
  'storage-unavailable': 'TRANSIENT_NETWORK',
  'not-set-up': 'CONFIG_MISSING_SERVICE',
  'encryption-key-unknown': 'CONFIG_MISSING_SERVICE',
  damaged: 'PERMANENT_VALIDATION',
  forbidden: 'PERMANENT_PERMISSION',
};

/**
 * Errors that say themselves what they are: a `TaskFailure`, a `HoldfastError`, a failed schema, Temporal's
 * own `ApplicationFailure`. They are known by name, since a handler may come with a copy of the library.
 */
export const ofOwnErrors: Judge = (thing) => {
  const code = thing.read('code');
  if (thing.is('TaskFailure')) return { code: isFailureCode(code) ? code : 'UNKNOWN', confidence: CERTAIN };
  if (thing.is('HoldfastError') && typeof code === 'string' && Object.hasOwn(HOLDFAST_ERRORS, code)) {
    return { code: HOLDFAST_ERRORS[code as ErrorCode], confidence: CERTAIN };
  }
  if (thing.is('ZodError') && Array.isArray(thing.read('issues'))) {
    return { code: 'PERMANENT_VALIDATION', confidence: CERTAIN };
  }
  if (!thing.is('ApplicationFailure')) return undefined;
  const type = thing.read('type');
  if (isFailureCode(type)) return { code: type, confidence: CERTAIN };
  return thing.read('nonRetryable') === true ? { code: 'PERMANENT_LOGIC', confidence: CERTAIN } : undefined;
};
