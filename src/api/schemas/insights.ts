import { z } from 'zod';
import { EXACTNESS, RANGES } from '../../client/insights/ranges';
import { SEVERITIES } from '../../protocol/alert';
import { FAILURE_CLASSES } from '../../protocol/task';

const time = z.iso.datetime();
const exactness = z.enum(EXACTNESS);

export const age = {
  takenAt: time.describe('When this was read.'),
  ageSeconds: z.number().describe('How long ago that was.'),
};

export const range = z
  .enum(RANGES)
  .default('1h')
  .describe('How far to look back: 1h by the minute, 24h by the quarter of an hour, 7d by two hours. Defaults to 1h.');

const ended = { completed: z.int(), failed: z.int(), cancelled: z.int() };
const percentiles = z.object({ p50: z.number(), p95: z.number() }).nullable();
const spark = z.array(z.int());

export const seriesSchema = z
  .object({
    ...age,
    step: z.int().describe('Length of a span, in seconds.'),
    exactness: exactness.describe(
      'exact: Visibility has counted every span. partial: spans are missing that are still being counted; ask again.',
    ),
    points: z
      .array(z.object({ at: time.describe('Begin of the span.'), ...ended }))
      .describe('The oldest first; the last one goes on until now.'),
    deploys: z
      .array(z.object({ at: time, version: z.string() }))
      .describe('When workers of a version came that had not been there before, as far as somebody looked.'),
  })
  .meta({ id: 'Series' });

export const typeFiguresSchema = z
  .object({
    ...age,
    exactness: exactness.describe('Of the counts. partial: types are missing that are still being counted.'),
    types: z.array(
      z.object({
        type: z.string(),
        open: z.int().describe('Open now.'),
        ...ended,
        wait: percentiles.describe(
          'Seconds until the first attempt, of the sample; null without one. It is a few minutes old.',
        ),
        run: percentiles.describe('Seconds of the last attempt, of the sample; null without one.'),
        sample: z.int().describe('Tasks in the sample: the last that ended.'),
        spark: spark.describe('Runs that ended in each twelfth of the range, the oldest first.'),
      }),
    ),
  })
  .meta({ id: 'TypeFigures' });

export const failureGroupsSchema = z
  .object({
    ...age,
    total: z.int().describe('Dead letters of now.'),
    exactness: exactness.describe('partial: only the newest 20,000 were looked at.'),
    groups: z
      .array(
        z
          .object({
            fingerprint: z.string(),
            type: z.string(),
            code: z.string(),
            class: z.enum(FAILURE_CLASSES),
            message: z.string().describe('Of the newest of them; secrets are redacted.'),
            example: z.string().describe('The task of that message.'),
            count: z.int(),
            firstAt: time.describe('When the first of them was parked.'),
            lastAt: time.describe('When the last of them was parked.'),
            firstSeenAt: time.describe('When this trouble was first seen of all.'),
            mark: z
              .enum(['new', 'back'])
              .optional()
              .describe('new: first seen within a day. back: it was gone, and came back within a day.'),
            spark: spark.describe('Parked in each of the last 24 hours, the oldest first.'),
          })
          .meta({ id: 'FailureGroup' }),
      )
      .describe('The most frequent first.'),
  })
  .meta({ id: 'FailureGroups' });

export const attentionSchema = z
  .object({
    ...age,
    unknown: z.array(z.string()).describe('What could not be looked at in time, and so may be missing.'),
    items: z
      .array(
        z
          .object({
            kind: z.enum(['no-worker', 'breaker', 'dead-letters', 'alert', 'stuck']),
            title: z.string(),
            message: z.string(),
            severity: z.enum(SEVERITIES).optional(),
            count: z.int().optional().describe('Tasks that it holds up.'),
            since: time.optional(),
            why: z.string().optional(),
            todo: z.string().optional().describe('What a person can do.'),
            filter: z.record(z.string(), z.string()).optional().describe('The tasks, as GET /v1/tasks finds them.'),
            link: z.string().optional().describe('The page of the dashboard that shows more.'),
          })
          .meta({ id: 'AttentionItem' }),
      )
      .describe('The most urgent first; none when all is fine.'),
  })
  .meta({ id: 'Attention' });
