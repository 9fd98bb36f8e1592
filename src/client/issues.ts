import type { z } from 'zod';
import type { Issue } from '../errors';

/** The faults that a schema found, as JSON pointers. @param root Path of the checked value within the request. */
export function issuesOf(error: z.ZodError, root: PropertyKey[] = []): Issue[] {
  return error.issues.map(({ path, message }) => ({ pointer: jsonPointer([...root, ...path]), message }));
}

/** RFC 6901. */
function jsonPointer(path: PropertyKey[]): string {
  return path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}
