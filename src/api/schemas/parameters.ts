import { z } from 'zod';
import { isValidKey, MAX_KEY_LENGTH } from '../../tasks/keys';

/** Longest `Prefer: wait`, in seconds. */
const LONGEST_WAIT = 60;

export const taskIdParams = z.object({ id: z.string().describe('Task ID. Its ":" may come encoded or not.') });

/** An item of RFC 8941's strings; a bare value is taken as it is. */
const QUOTED = /^"(?:[\x20-\x21\x23-\x5b\x5d-\x7e]|\\["\\])*"$/;

export const idempotencyKey = z
  .string()
  .transform((text, context) => {
    const key = QUOTED.test(text) ? text.slice(1, -1).replaceAll(/\\(.)/g, '$1') : text;
    if (key.startsWith('"') || !isValidKey(key)) {
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

export const lastEventId = z
  .string()
  .max(200)
  .optional()
  .describe('ID of the last event that was received: the stream goes on after it.');
