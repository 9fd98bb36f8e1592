import { z } from 'zod';
import { age } from './insights';

const time = z.iso.datetime();
export const slots = z
  .object({ used: z.int(), of: z.int() })
  .optional()
  .describe('Places for attempts, as workers said last; absent when they have not.');

export const queuesSchema = z
  .object({
    ...age,
    exact: z.literal(false).describe("What waits is the server's own approximation."),
    queues: z.array(
      z
        .object({
          queue: z.string(),
          workers: z.array(z.object({ identity: z.string(), lastSeenAt: time.optional() })),
          backlog: z.int().describe('Work that waits.'),
          backlogByPriority: z.record(z.string(), z.int()),
          backlogAgeSeconds: z.number().describe('Age of the oldest waiting work.'),
          slots,
        })
        .meta({ id: 'Queue' }),
    ),
  })
  .meta({ id: 'Queues' });

export const workersSchema = z
  .object({
    ...age,
    partial: z.boolean().describe('True when not every open task was looked at: more may be running than are named.'),
    scanned: z.int().describe('Open tasks that were looked at.'),
    workers: z.array(
      z
        .object({
          identity: z.string(),
          host: z.string().optional(),
          version: z.string().nullable(),
          queues: z.array(z.string()),
          types: z.array(z.string()),
          typesToldBy: z.enum(['worker', 'catalogue']),
          lastSeenAt: time.optional().describe('Its last poll, which takes up to a minute.'),
          startedAt: time.optional(),
          slots,
          running: z.array(z.object({ id: z.string(), type: z.string(), queue: z.string(), since: time.optional() })),
        })
        .meta({ id: 'Worker' }),
    ),
    versions: z
      .array(z.object({ at: time, versions: z.array(z.string()) }))
      .describe("When the workers' versions changed, the oldest first; as far as somebody looked."),
  })
  .meta({ id: 'Workers' });
