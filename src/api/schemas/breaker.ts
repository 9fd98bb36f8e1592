import { z } from 'zod';
import { BREAKER_ACTIONS, BREAKER_NAME, BREAKER_STATES, LONGEST_OPEN } from '../../protocol/breaker';
import { filledText } from '../../tasks/plain-schemas';

const time = z.iso.datetime();

export const breakerParams = z.object({
  name: z
    .string()
    .regex(BREAKER_NAME, 'a circuit breaker is named kind:place, such as smtp:mail.example.com.')
    .describe('Name of the breaker, such as smtp:mail.example.com. Its ":" may come encoded or not.'),
});

/** What the client calls a BreakerView; a test holds real answers against it. */
export const breakerSchema = z
  .object({
    name: z.string().describe('What it is for: kind:place.'),
    state: z.enum(BREAKER_STATES).describe('closed: calls go through; open: none does; half-open: one may try.'),
    since: time.describe('Since when.'),
    openUntil: time.optional().describe('When one call may try. Absent while open: when an operator closes it.'),
    failures: z.int().describe('Failures in a row that opened it; 0 while it is closed.'),
    opened: z.int().describe('How often it opened since it was made or reset.'),
    lastFailure: z
      .object({ at: z.string(), code: z.string(), message: z.string(), worker: z.string(), task: z.string() })
      .optional()
      .describe('The failure that spoke last against the dependency.'),
    lease: z
      .object({ holder: z.string(), until: time })
      .optional()
      .describe('Who makes the one call of a half-open breaker; nobody else may until then.'),
    operator: z
      .object({ action: z.enum(BREAKER_ACTIONS), by: z.string().optional(), reason: z.string().optional() })
      .optional()
      .describe('Present when an operator brought about this state.'),
  })
  .meta({ id: 'Breaker' });

const by = z.string().min(1).max(200).default('api').describe('Who asks; shown with the breaker. Defaults to api.');
const reason = filledText(500).optional().describe('Why; shown with it.');

/** Body of `close` and `reset`: it may be left out. */
export const breakerOrder = z.strictObject({ by, reason }).default({ by: 'api' });

export const openOrder = z
  .strictObject({
    by,
    reason,
    seconds: z
      .number()
      .positive()
      .max(LONGEST_OPEN)
      .optional()
      .describe('When one call may try. Defaults to never: until it is closed.'),
  })
  .default({ by: 'api' });
