import type { z } from 'zod';
import { HoldfastError, type Issue } from '../errors';

/** The faults that a schema found, as JSON pointers. @param root Path of the checked value within the request. */
export function issuesOf(error: z.ZodError, root: PropertyKey[] = []): Issue[] {
  return error.issues.flatMap((issue) => {
    const path = [...root, ...issue.path];
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => ({ pointer: jsonPointer([...path, key]), message: 'is not known here' }));
    }
    const missing = issue.code === 'invalid_type' && issue.expected === 'nonoptional';
    return [{ pointer: jsonPointer(path), message: missing ? 'is needed' : issue.message }];
  });
}

/** RFC 6901. */
function jsonPointer(path: PropertyKey[]): string {
  return path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/** The error for one thing wrong with an input. */
export function fault(pointer: string, message: string): HoldfastError {
  return new HoldfastError('invalid-request', message, { issues: [{ pointer, message }] });
}
