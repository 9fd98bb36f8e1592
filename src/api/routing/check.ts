import type { IncomingMessage } from 'node:http';
import type { z } from 'zod';
import { issuesOf } from '../../client/submit/issues';
import { HoldfastError } from '../../errors';
import { boundedParse } from '../../tasks/bounded-parse';
import { Problem } from '../http/problems';

/** Headers that may come several times and mean one list then. */
const LISTS = ['Prefer'];

/**
 * Checks a part of a request other than its body.
 * @throws Problem `malformed-request` naming each parameter or header; for the path, `not-found`.
 */
export function check<S extends z.ZodType>(
  where: 'path' | 'parameter' | 'header',
  schema: S,
  value: unknown,
): z.output<S> {
  const parsed = boundedParse(schema, value);
  if (parsed.success) return parsed.data;
  const issues = issuesOf(parsed.error);
  const [first] = issues;
  if (where === 'path') throw new HoldfastError('not-found', `Nothing has this address: ${first?.message}`);
  const errors = issues.map(({ pointer, message }) => ({ [where]: pointer.split('/')[1] ?? '', detail: message }));
  const name = Object.values(errors[0] ?? {})[0];
  throw new Problem('malformed-request', `The ${where} ${name} is not valid: ${first?.message}`, { errors });
}

/** @throws Problem `malformed-request` when there is no body; HoldfastError `invalid-request` with a pointer to each fault. */
export function checkBody<S extends z.ZodType>(schema: S, body: unknown): z.output<S> {
  const parsed = boundedParse(schema, body);
  if (parsed.success) return parsed.data;
  if (body === undefined) throw new Problem('malformed-request', 'This call needs a JSON body.');
  const issues = issuesOf(parsed.error);
  const [first] = issues;
  throw new HoldfastError('invalid-request', `${first?.pointer || 'The body'}: ${first?.message}`, { issues });
}

/** The named headers of a request. One that came twice is an array, which no schema takes. */
export function namedHeaders(request: IncomingMessage, names: string[]): Record<string, unknown> {
  const entries = names.map((name) => {
    const values = request.headersDistinct[name.toLowerCase()] ?? [];
    if (values.length === 0) return [name, undefined];
    return [name, values.length > 1 && !LISTS.includes(name) ? values : values.join(', ')];
  });
  return Object.fromEntries(entries) as Record<string, unknown>;
}
