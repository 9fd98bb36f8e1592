import { z } from 'zod';
import { documentedTag, dueInstant } from '../../tasks/plain-schemas';
import { policyOverrideSchema } from '../../tasks/policy-override';
import { tenantName } from '../../tasks/tenant-name';
import { notifySchema } from '../../tasks/webhook-target';
import type { Submission } from './prepare';

const YEAR = 365 * 86_400;
const MOST_TAGS = 20;
/** As the client checks it. */
const KEY = { minLength: 1, maxLength: 255, pattern: '^[!-~]([ -~]*[!-~])?$' };

/** A submission as callers write it in JSON. */
export const submissionFields = {
  type: z.string().describe('Task type: one of GET /v1/task-types.'),
  input: z.unknown().describe('Input of the task type; above 128 KiB it is stored and travels by reference.'),
  // The client checks names, tags and input; these are documented here and checked there.
  tenant: tenantName.optional().meta({ description: 'On whose behalf. Keys of tenants are apart.' }),
  priority: z.int().min(1).max(5).optional().describe("1 (first) to 5 (last). Defaults to the policy's."),
  tags: z
    .array(documentedTag)
    .max(MOST_TAGS, `At most ${MOST_TAGS} tags.`)
    .optional()
    .meta({ description: 'Labels to find the task by; 1536 bytes together.' }),
  runAt: dueInstant.optional().describe('Not before this time.'),
  delay: z.number().min(0).max(YEAR).optional().describe('Not before this many seconds have passed.'),
  notify: notifySchema.optional(),
  policy: policyOverrideSchema.optional().describe("What differs from the task type's policy, for this task."),
};

/** Body of a submission. */
export const submissionSchema = z.strictObject(submissionFields).superRefine(oneTime);

/** One submission of many, with its key in the body. */
export const bulkItemSchema = z
  .strictObject({
    ...submissionFields,
    key: z
      .string()
      .optional()
      .meta({ ...KEY, description: 'Idempotency key of this task.' }),
  })
  .superRefine(oneTime);

type Checked = z.output<typeof bulkItemSchema>;

/** What the client takes. @param now The time from which a delay counts. */
export function toSubmission({ delay, runAt, ...rest }: Checked, now = Date.now()): Submission {
  const at = delay === undefined ? runAt && new Date(runAt) : new Date(now + delay * 1000);
  const given = Object.entries({ ...rest, runAt: at }).filter(([, value]) => value !== undefined);
  return { input: undefined, ...(Object.fromEntries(given) as Omit<Submission, 'input'>) };
}

function oneTime({ runAt, delay }: { runAt?: unknown; delay?: unknown }, context: z.RefinementCtx): void {
  if (runAt !== undefined && delay !== undefined) {
    context.addIssue({ code: 'custom', path: ['delay'], message: 'either runAt or delay, not both' });
  }
}
