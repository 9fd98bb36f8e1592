import { z } from 'zod';
import type { RouteDeps } from '../deps';
import { defineRoute, type Route } from '../routing/route';
import { TEMPORAL } from './answers';

const time = z.iso.datetime();

const run = { taskId: z.string(), runId: z.string(), type: z.string() };

const overdueTasks = z.array(
  z
    .object({
      ...run,
      ranFor: z
        .number()
        .describe(
          'Seconds that its attempts ran since the last (re)drive, and that it waited after them without any worker. Never served: that it waited.',
        ),
      limit: z.number().describe('Seconds that it may.'),
      neverServed: z.literal(true).optional().describe('No worker has ever served it.'),
    })
    .meta({ id: 'OverdueTask' }),
);

const reportSchema = z
  .object({
    startedAt: time,
    expired: overdueTasks.describe('Ended because they ran for too long.'),
    terminated: overdueTasks.describe('Ended by the server, because no worker did it, or none is left.'),
    unserved: z
      .array(
        z.object({
          queue: z.string(),
          backlog: z.int().describe("Work that waits; the server's own approximation."),
          openTasks: z.int(),
          since: time.optional().describe('Since when the oldest of the backlog waits.'),
        }),
      )
      .describe('Queues with work that nobody polls.'),
    workflowTaskFailures: z
      .array(
        z.object({
          ...run,
          queue: z.string(),
          attempts: z.int(),
          since: time.optional(),
          error: z.string(),
        }),
      )
      .describe('Tasks whose workflow code fails again and again.'),
    counts: z
      .object({ expired: z.int(), terminated: z.int(), workflowTaskFailures: z.int() })
      .describe('How many there were; at most 100 of each are named.'),
    deleted: z
      .object({ completed: z.int(), failed: z.int(), cancelled: z.int() })
      .describe('Ended tasks whose own retention was over.'),
    cleaned: z
      .object({ artifacts: z.int(), folders: z.int(), logs: z.int(), records: z.int().optional() })
      .describe('Files, temporary folders, task logs and effect records that nobody needs any more.'),
    errors: z
      .array(z.object({ concern: z.string(), message: z.string() }))
      .describe('What could not be seen to; the next pass tries again.'),
  })
  .meta({ id: 'MonitorReport' });

const monitorSchema = z
  .object({
    overdue: z.boolean().describe('No pass has ended within the last two intervals.'),
    paused: z.boolean().describe('Somebody has paused the schedule.'),
    interval: z.number().optional().describe('Seconds between two passes. Absent: no monitor has ever run.'),
    lastPass: z
      .object({
        runId: z.string(),
        startedAt: time,
        endedAt: time,
        report: reportSchema.optional().describe('Absent when the pass itself broke.'),
      })
      .optional(),
    runningSince: time.optional().describe('Since when a pass runs.'),
    nextPassAt: time.optional(),
  })
  .meta({ id: 'Monitor' });

export function monitorRoute({ tasks }: RouteDeps): Route {
  return defineRoute({
    method: 'get',
    path: '/v1/monitor',
    id: 'readMonitor',
    access: { scope: 'read', over: 'installation' },
    tag: 'Service',
    summary: 'What the last pass of the monitor found and did, and when the next one comes',
    answers: { 200: { description: 'How the monitor is doing.', content: { 'application/json': monitorSchema } } },
    problems: TEMPORAL,
    handle: async () => ({ status: 200, body: await tasks.monitor() }),
  });
}
