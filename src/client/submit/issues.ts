import type { z } from 'zod';
import { HoldfastError, type Issue } from '../../errors';

/** Nobody reads more; what comes from outside may have millions. */
const MOST_ISSUES = 100;

/**
 * The first faults that a schema found, as JSON pointers.
 * @param root Path of the checked value within the request.
 * @param most How many. Defaults to 100.
 */
export function issuesOf(error: z.ZodError, root: PropertyKey[] = [], most = MOST_ISSUES): Issue[] {
  const issues: Issue[] = [];
  for (const issue of error.issues) {
    if (issues.length >= most) break;
    const path = [...root, ...issue.path];
    if (issue.code === 'unrecognized_keys') {
      const keys = issue.keys.slice(0, most - issues.length);
      issues.push(...keys.map((key) => ({ pointer: jsonPointer([...path, key]), message: 'is not known here' })));
      continue;
    }
    const missing = issue.code === 'invalid_type' && issue.expected === 'nonoptional';
    issues.push({ pointer: jsonPointer(path), message: missing ? 'is needed' : issue.message });
  }
  return issues;
}

/** RFC 6901. */
function jsonPointer(path: PropertyKey[]): string {
  return path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/** The error for one thing wrong with an input. */
export function fault(pointer: string, message: string): HoldfastError {
  return new HoldfastError('invalid-request', message, { issues: [{ pointer, message }] });
}
