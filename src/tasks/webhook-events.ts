import { z } from 'zod';

/** Longest name of an event. */
const LONGEST_NAME = 128;
const NAME = /^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$/;

export const eventName = z
  .string()
  .max(LONGEST_NAME)
  .regex(NAME, 'must be a name such as order.paid: letters, digits, _ and -, in parts between dots');

/** What a subscription listens to: one event, `order.*` for all below, `*` for all. */
export const eventPattern = z
  .string()
  .max(LONGEST_NAME)
  .refine(
    (text) => text === '*' || NAME.test(text.replace(/\.\*$/, '')),
    'must be an event, a group such as order.*, or *',
  )
  .meta({ pattern: '^(\\*|[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+)*(\\.\\*)?)$' });

export function matchesEvent(patterns: readonly string[], event: string): boolean {
  return patterns.some(
    (pattern) =>
      pattern === '*' || pattern === event || (pattern.endsWith('.*') && event.startsWith(pattern.slice(0, -1))),
  );
}
