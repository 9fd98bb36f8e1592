import { z } from 'zod';
import { plainText } from '../../tasks/plain-schemas';

const time = z.iso.datetime({ offset: true });
/** Seconds between two looks, at most; the client checks the numbers, here they are documented. */
const RAREST_LOOK = 600;
const MOST_MEMBERS = 10_000;

/** The members, inline or in a file, are checked by the client, each with a pointer of its own. */
export const batchOrder = z.strictObject({
  id: z
    .string()
    .optional()
    .meta({ pattern: '^[A-Za-z0-9._-]{1,100}$', description: 'ID of the batch. Defaults to one made for it.' }),
  tasks: z
    .array(z.unknown())
    .max(MOST_MEMBERS)
    .optional()
    .describe('The members, 1 to 10,000; each as in a bulk submission.'),
  members: z
    .string()
    .regex(/^sha256:[0-9a-f]{64}$/, 'must be the hash of an uploaded file')
    .optional()
    .describe('Instead of tasks: hash of an uploaded file with one member a line, as JSON.'),
  atEnd: z.unknown().optional().describe('A task to submit once all members have ended. Defaults to none.'),
  limit: z
    .number()
    .optional()
    .meta({ type: 'integer', minimum: 1, maximum: 500, description: 'Members in flight, at most. Defaults to 100.' }),
  stopAfterFailures: z.number().optional().meta({
    type: 'integer',
    minimum: 1,
    maximum: MOST_MEMBERS,
    description: 'After so many failed or refused members no further ones are submitted. Defaults to all.',
  }),
  lookSeconds: z.number().optional().meta({
    type: 'integer',
    minimum: 1,
    maximum: RAREST_LOOK,
    description: 'Seconds between two looks at members of which nothing is heard. Defaults to 60.',
  }),
  by: plainText(200).default('api').describe('Who asks. Defaults to api.'),
});

export const batchSchema = z
  .object({
    id: z.string(),
    state: z
      .enum(['waiting', 'running', 'stopping', 'cancelling', 'completed', 'incomplete', 'stopped', 'cancelled'])
      .describe(
        'waiting: no worker has taken it yet. stopping, cancelling: no further members are submitted, open ones are awaited.',
      ),
    total: z.int(),
    submitted: z.int().describe('Members that had their turn.'),
    running: z.int().describe('Submitted, and neither ended nor parked.'),
    parked: z.int().describe('Dead letters; they leave their place in flight to others.'),
    completed: z.int(),
    failed: z.int(),
    cancelled: z.int(),
    refused: z.int().describe('Could not be submitted; the report says why.'),
    waiting: z.int().describe('Not submitted yet.'),
    limit: z.int(),
    lookSeconds: z.int(),
    stopAfterFailures: z.int().optional(),
    by: z.string().optional(),
    atEnd: z
      .union([z.object({ id: z.string() }), z.object({ refused: z.string() })])
      .optional()
      .describe('The task at the end, once it has been submitted; or why it was refused.'),
    stoppedBecause: z.string().optional(),
    createdAt: time,
    startedAt: time.optional(),
    endedAt: time.optional(),
  })
  .meta({ id: 'Batch' });

export const batchPageSchema = z
  .object({ batches: z.array(batchSchema), cursor: z.string().optional() })
  .meta({ id: 'BatchPage' });
