import { redactValue } from '../../tasks/redact';

/**
 * What a history says, fit to be shown. Workers redact what they write; those of release 0.1.0 did not, and
 * operators' reasons and other programs' output come as they are.
 */
export function shown<T>(value: T): T {
  return redactValue(value) as T;
}
