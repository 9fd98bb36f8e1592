import { z } from 'zod';
import { BULK_ACTIONS } from '../../protocol/bulk';
import { FAILURE_CLASSES, TASK_STATES } from '../../protocol/task';
import { dueInstant, filledText, instant, nameText, plainText } from '../../tasks/plain-schemas';
import { either, onlyWhere, stating } from './rules';

const time = z.iso.datetime({ offset: true });
const text = plainText(256);

const counted = z.record(z.string(), z.int());

const bulkFilter = z
  .strictObject({
    state: z
      .array(z.enum(TASK_STATES))
      .min(1)
      .max(TASK_STATES.length)
      .optional()
      .describe('One of these. Defaults to those in which the action makes sense; ended ones must be named.'),
    type: text.optional(),
    tenant: nameText.optional(),
    tag: nameText.optional(),
    category: text.optional(),
    failureClass: z.enum(FAILURE_CLASSES).optional(),
    failureCode: text.optional(),
    fingerprint: text.optional(),
    createdAfter: instant.optional(),
    createdBefore: instant.optional(),
  })
  .meta({
    description: 'The tasks for which all of it holds; at least one condition.',
    ...stating({ minProperties: 1 }),
  });

const CANARY = { properties: { canary: { const: true } }, required: ['canary'] };
const RETRY_NOW = { properties: { action: { const: 'retry' } }, not: { required: ['at'] } };
const DRY_RUN = { properties: { dryRun: { const: true } }, required: ['dryRun'] };

/** What needs the whole to be judged is checked by the client. */
export const bulkOrder = z
  .strictObject({
    action: z.enum(BULK_ACTIONS),
    ids: z.array(text).min(1).max(1000).optional().describe('These tasks.'),
    filter: bulkFilter.optional(),
    dryRun: z.boolean().default(false).describe('true: only say which tasks it would be about. Defaults to false.'),
    reason: filledText(2000)
      .optional()
      .describe('Why; shown in the timeline of every task. Needed, but for a dry run.'),
    by: plainText(200).default('api').describe('Who asks. Defaults to api.'),
    input: z.unknown().optional().describe('retry: corrected input for every one of the tasks.'),
    result: z.unknown().optional().describe('resolve: the result to record for every one of the tasks.'),
    at: dueInstant.optional().describe('retry: when to run them. Defaults to now.'),
    rate: z.number().min(1).max(500).optional().describe('Tasks a second, at most. Defaults to 25.'),
    canary: z
      .boolean()
      .optional()
      .describe(
        'retry, now: first one task, then ten, then all; stops when the failure comes back. Defaults to false.',
      ),
    canarySeconds: z
      .number()
      .min(1)
      .max(86_400)
      .optional()
      .describe('Longest wait for what comes of the first ones, in seconds. Defaults to 600.'),
  })
  .meta(
    stating(
      either('ids', 'filter'),
      { anyOf: [DRY_RUN, { required: ['reason'] }] },
      { anyOf: [DRY_RUN, { not: { properties: { action: { const: 'resolve' } } } }, { required: ['result'] }] },
      { anyOf: [DRY_RUN, { not: CANARY }, RETRY_NOW] },
      onlyWhere('input', 'action', 'retry'),
      onlyWhere('at', 'action', 'retry'),
      onlyWhere('result', 'action', 'resolve'),
    ),
  );

const tally = {
  done: z.int(),
  movedOn: z.int().describe('Left alone: no longer as they were seen.'),
  refused: z.int().describe('Left alone: their state, type or contract does not allow it.'),
  failed: z.int(),
};

export const bulkActionSchema = z
  .object({
    id: z.string(),
    action: z.enum(BULK_ACTIONS),
    state: z
      .enum(['waiting', 'looking', 'acting', 'watching', 'completed', 'stopped', 'cancelled'])
      .describe('waiting: no worker has taken it yet. watching: waits for what comes of a canary stage.'),
    ids: z.int().optional().describe('How many tasks were named.'),
    filter: bulkFilter.optional(),
    by: z.string().optional(),
    reason: z.string().optional(),
    at: time.optional(),
    rate: z.number(),
    canary: z.boolean(),
    canarySeconds: z.number().optional(),
    createdAt: time,
    startedAt: time.optional(),
    endedAt: time.optional(),
    matched: z.int().describe('Tasks that it is about; they are chosen once, at its beginning.'),
    partial: z.boolean().optional().describe('True when more matched than one bulk action takes.'),
    ...tally,
    stage: z.int(),
    stages: z.int(),
    stoppedBecause: z.string().optional(),
  })
  .meta({ id: 'BulkAction' });

export const bulkActionPageSchema = z
  .object({ bulkActions: z.array(bulkActionSchema), cursor: z.string().optional() })
  .meta({ id: 'BulkActionPage' });

export const bulkPreviewSchema = z
  .object({
    count: z.int(),
    byType: counted,
    byFingerprint: counted,
    sample: z.array(z.string()).describe('The first twenty.'),
    missing: z.array(z.string()).describe('Named tasks that are not there, the first twenty.'),
    partial: z.boolean().describe('True when counting was given up for its time.'),
  })
  .meta({ id: 'BulkPreview' });
