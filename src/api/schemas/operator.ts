import { z } from 'zod';
import { dueInstant, filledText, plainText } from '../../tasks/plain-schemas';
import { notBoth, stating } from './rules';

const by = plainText(200).default('api').describe('Who asks; shown in the timeline. Defaults to api.');
const reason = filledText(2000).describe('Why; shown in the timeline.');
const parking = z
  .int()
  .min(1)
  .optional()
  .describe('Number of the parking that this answers; ignored when that one is over. Defaults to any.');

/** Body of messages that need nothing: it may be left out. */
export const plainMessage = z.strictObject({ by, reason: reason.optional() }).default({ by: 'api' });

export const retryMessage = z
  .strictObject({
    by,
    reason: reason.optional(),
    input: z.unknown().optional().describe("Corrected input to use from now on. Defaults to the task's."),
    at: dueInstant.optional().describe('When to run it, for a task that is parked or has ended. Defaults to now.'),
    delay: z.number().min(0).max(31_536_000).optional().describe('The same as seconds from now.'),
    parking,
  })
  .superRefine(({ at, delay }, context) => {
    if (at !== undefined && delay !== undefined) {
      context.addIssue({ code: 'custom', path: ['delay'], message: 'either at or delay, not both' });
    }
  })
  .meta(stating(notBoth('at', 'delay')))
  .transform(({ delay, ...message }) => ({
    ...message,
    ...(delay !== undefined && { at: new Date(Date.now() + delay * 1000).toISOString() }),
  }))
  .default({ by: 'api' });

export const resolveMessage = z.strictObject({
  by,
  reason: reason.optional(),
  result: z
    .unknown()
    .refine((value) => value !== undefined, 'is needed: the result to record')
    .describe("The result to record: an output of the task's type."),
  unchecked: z
    .boolean()
    .optional()
    .describe('Takes the result as it is, whatever the task type says; the timeline says that nobody checked it.'),
  parking,
});

export const endingMessage = z.strictObject({ by, reason, parking });
