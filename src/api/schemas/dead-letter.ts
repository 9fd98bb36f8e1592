import { z } from 'zod';
import { FAILURE_CLASSES } from '../../protocol/task';
import { attemptFailureSchema } from './task';

const time = z.iso.datetime();
const counted = z.record(z.string(), z.int());
const age = { takenAt: time.describe('When it was counted.'), ageSeconds: z.number() };

const fields = {
  id: z.string().describe('The task.'),
  runId: z.string(),
  type: z.string(),
  state: z.enum(['dead-lettered', 'abandoned']).describe('abandoned: given up, the task has failed.'),
  class: z.enum(FAILURE_CLASSES),
  code: z.string(),
  fingerprint: z.string().describe('Equal ones are the same trouble.'),
  message: z.string().describe('Secrets are redacted.'),
  error: z.string().optional().describe('Name of the error that was thrown last.'),
  attempts: z.int(),
  firstFailedAt: time.optional(),
  lastFailedAt: time.optional(),
  redrives: z
    .int()
    .optional()
    .describe("Since the submission or an operator's last word. Not known of abandoned ones."),
  maxRedrives: z.int().optional(),
  nextRedriveAt: time.optional().describe('Absent: waits for an operator, or is given up.'),
  parking: z.int().optional().describe('A message that names it is void once that parking is over.'),
  since: time.describe('When it was parked, or given up.'),
  ageSeconds: z.number().describe('Seconds since then.'),
  queue: z.string(),
  category: z.string().optional(),
  tenant: z.string().optional(),
  tags: z.array(z.string()),
};

const deadLetterSchema = z.object(fields).meta({ id: 'DeadLetter' });

export const deadLetterPageSchema = z
  .object({
    deadLetters: z.array(deadLetterSchema),
    cursor: z.string().optional().describe('Goes on after this page; absent at the end.'),
    counts: z
      .object({
        total: z.int().describe('Exact.'),
        byClass: counted,
        byCode: counted,
        byFingerprint: z
          .array(
            z.object({
              fingerprint: z.string(),
              type: z.string(),
              class: z.enum(FAILURE_CLASSES),
              code: z.string(),
              count: z.int(),
              message: z.string().describe('Of one of them.'),
              example: z.string().describe('The task of that message.'),
            }),
          )
          .describe('The most frequent first, at most 20.'),
        oldestSeconds: z
          .number()
          .optional()
          .describe('How long the one that waits longest has been parked; of more than 100, of those created first.'),
        exact: z
          .boolean()
          .describe('False: there are more troubles than were looked at; all but the total is of a part only.'),
        ...age,
      })
      .optional()
      .describe(
        'Of all that match, not of this page only. On the first page of parked ones, unless counting takes too long.',
      ),
  })
  .meta({ id: 'DeadLetterPage' });

export const deadLetterRecordSchema = z
  .object({
    ...fields,
    key: z.string().optional().describe('The idempotency key.'),
    createdAt: time,
    input: z.unknown().describe('What the last attempt was given; secrets are redacted.'),
    stack: z.string().optional().describe('Where the error was thrown; at most 5,000 characters.'),
    failures: z.array(attemptFailureSchema).describe('The last ones, oldest first.'),
    action: z.string().describe('What its code suggests.'),
    advice: z.string(),
    commands: z.array(
      z.object({
        does: z.string(),
        http: z.string(),
        temporal: z.string().optional().describe('The same by the stock temporal command; open tasks only.'),
      }),
    ),
  })
  .meta({ id: 'DeadLetterRecord' });

const failureCounts = {
  failures: z.int().describe('Tasks that failed at least once, and ended within the window or are open now.'),
  recovered: z.int().describe('Completed by another attempt, or by a redrive of the dead letter.'),
  recoveredByHand: z.int().describe("Completed on an operator's word."),
  abandoned: z.int().describe('Failed: no redrive was left, or somebody said so.'),
  cancelled: z.int(),
  pending: z.int().describe('Open now, whenever they failed: parked, or running again.'),
  recoveryRate: z
    .number()
    .min(0)
    .max(1)
    .optional()
    .describe('recovered / (recovered + recoveredByHand + abandoned); absent when none has ended.'),
};

export const deadLetterStatsSchema = z
  .object({
    hours: z.number(),
    ...failureCounts,
    byClass: z.record(z.enum(FAILURE_CLASSES), z.int()).describe('failures, by class.'),
    byType: z.record(z.string(), z.object(failureCounts)).optional().describe('With byType=true: types with failures.'),
    ...age,
  })
  .meta({ id: 'DeadLetterStats' });
