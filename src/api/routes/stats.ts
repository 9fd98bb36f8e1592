import { z } from 'zod';
import type { RouteDeps } from '../deps';
import { defineRoute, type Route } from '../routing/route';
import { slots } from '../schemas/fleet';
import { TEMPORAL } from './answers';

const counts = z
  .object({ open: z.int(), completed: z.int(), failed: z.int(), cancelled: z.int() })
  .meta({ id: 'TaskCounts' });

const statsSchema = z
  .object({
    takenAt: z.iso.datetime().describe('When the counts were taken.'),
    ageSeconds: z.number(),
    tasks: z
      .object({
        exact: z.boolean(),
        total: counts,
        byType: z.record(z.string(), counts).describe('Empty with byType=false.'),
        recorded: z
          .record(z.string(), z.int())
          .describe('Open tasks in the states scheduled, paused and dead-lettered.'),
      })
      .describe(
        'Counted by Visibility: exact, lagging by a moment. Queued, running and retrying are one number: open.',
      ),
    queues: z
      .object({
        exact: z.boolean(),
        list: z.array(
          z.object({
            queue: z.string(),
            workers: z.array(z.object({ identity: z.string(), lastSeenAt: z.iso.datetime().optional() })),
            backlog: z.int().describe('Work that waits.'),
            backlogByPriority: z.record(z.string(), z.int()).describe('The same for each priority that has any.'),
            backlogAgeSeconds: z.number().describe('Age of the oldest waiting work.'),
            slots,
          }),
        ),
      })
      .describe("The server's own approximation."),
  })
  .meta({ id: 'Stats' });

export function statsRoute({ tasks }: RouteDeps): Route {
  return defineRoute({
    method: 'get',
    path: '/v1/stats',
    id: 'readStats',
    access: { scope: 'read', over: 'installation' },
    tag: 'Service',
    summary: 'How many tasks there are, what waits, and who works',
    description: 'Taken at most every few seconds; says how old it is.',
    query: z.strictObject({
      byType: z
        .enum(['true', 'false'])
        .default('true')
        .describe('false: no counts of each type, which cost a call to Visibility for each. Defaults to true.'),
    }),
    answers: { 200: { description: 'The counts.', content: { 'application/json': statsSchema } } },
    problems: TEMPORAL,
    handle: async ({ query }) => ({ status: 200, body: await tasks.stats({ byType: query.byType === 'true' }) }),
  });
}
