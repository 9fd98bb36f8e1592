import { z } from 'zod';
import { isValidKey, MAX_KEY_LENGTH } from '../../tasks/keys';
import { PLAIN } from '../../tasks/plain-schemas';

/** Longest `Prefer: wait`, in seconds. */
const LONGEST_WAIT = 60;

/** No ID is longer, and none has control characters: whoever asks for such a one asks for nothing. */
export const pathName = z.string().max(255).min(1).regex(PLAIN, 'no such name');

/** A number in a query, in plain digits: `1e2`, `0x10` and ` 1` are typing errors. */
export function wholeNumber(least: number, most: number) {
  return z
    .string()
    .regex(/^\d{1,9}$/, `must be a whole number, >=${least} and <=${most}`)
    .transform(Number)
    .refine((value) => value >= least && value <= most, `must be a whole number, >=${least} and <=${most}`)
    .meta({ override: { type: 'integer', minimum: least, maximum: most, pattern: undefined } });
}

/** The same with a fraction. */
export function decimalNumber(least: number, most: number) {
  return z
    .string()
    .regex(/^\d{1,9}(\.\d{1,20})?$/, `must be a number, >=${least} and <=${most}`)
    .transform(Number)
    .refine((value) => value >= least && value <= most, `must be a number, >=${least} and <=${most}`)
    .meta({ override: { type: 'number', minimum: least, maximum: most, pattern: undefined } });
}

export const taskIdParams = z.object({ id: z.string().describe('Task ID. Its ":" may come encoded or not.') });

/** An item of RFC 8941's strings; a bare value is taken as it is. */
const QUOTED = /^"(?:[\x20-\x21\x23-\x5b\x5d-\x7e]|\\["\\])*"$/;

/** One character of a quoted key, but for blanks. */
const IN_QUOTES = '([!#-\\[\\]-~]|\\\\["\\\\])';

export const idempotencyKey = z
  .string()
  .transform((text, context) => {
    const key = QUOTED.test(text) ? text.slice(1, -1).replaceAll(/\\(.)/g, '$1') : text;
    // Quotes that do not enclose it are left over from something.
    const isBare = key === text;
    if ((isBare && key.includes('"')) || !isValidKey(key)) {
      context.addIssue({
        code: 'custom',
        message: `a key is 1 to ${MAX_KEY_LENGTH} printable ASCII characters without outer spaces, bare or in double quotes.`,
      });
    }
    return key;
  })
  .optional()
  .meta({
    description:
      'Equal submissions with an equal key, within its window, are one task. Bare, such as order-1234, or a quoted string (RFC 8941).',
    override: {
      minLength: 1,
      maxLength: 2 * MAX_KEY_LENGTH + 2,
      pattern: `^([!#-~]([ !#-~]{0,253}[!#-~])?|"${IN_QUOTES}(( |${IN_QUOTES}){0,253}${IN_QUOTES})?")$`,
    },
  });

export const prefer = z
  .string()
  .transform((text, context) => {
    const wait = /(?:^|[,;])\s*wait\s*=\s*"?([^",;\s]*)/i.exec(text)?.[1];
    if (wait === undefined) return 0;
    if (!/^\d{1,9}$/.test(wait)) {
      context.addIssue({ code: 'custom', message: 'wait takes whole seconds, such as wait=10.' });
    }
    return Math.min(Number(wait), LONGEST_WAIT);
  })
  .default(0)
  .meta({
    override: { type: 'string', default: undefined },
    description: `wait=N: answer once the task has ended, or after N seconds (RFC 7240). At most ${LONGEST_WAIT}; more counts as ${LONGEST_WAIT}.`,
    example: 'wait=10',
  });

/** What the stream of a task's states gives out. */
export const lastStateId = z
  .string()
  .regex(/^[\x21-\x7e]{1,200}$/, 'is not the ID of an event; connect without it to begin with the state of now.')
  .optional()
  .describe('ID of the last event that was received: the stream goes on after it.');

/** What the stream of a task's log gives out. */
export const lastLineId = z
  .string()
  .regex(
    /^[0-9]{14}-[A-Za-z0-9_.-]{1,100}:[0-9]{1,9}$/,
    'is not the ID of a log line; connect without it to begin with the last lines.',
  )
  .optional()
  .describe('ID of the last line that was received: the stream goes on after it.')
  .meta({ example: '01796058894000-000000-worker:0' });
