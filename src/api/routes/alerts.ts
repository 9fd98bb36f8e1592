import { z } from 'zod';
import { SEVERITIES, SINKS } from '../../protocol/alert';
import type { RouteDeps } from '../deps';
import { defineRoute, type Route } from '../routing/route';
import { TEMPORAL } from './answers';

const common = {
  key: z.string().describe('`<kind>` or `<kind>:<name>`; docs/operations/alerts.md lists the kinds.'),
  severity: z.enum(SEVERITIES),
  title: z.string(),
  message: z.string(),
  value: z.number().optional().describe('How bad it is, where that can be measured.'),
  todo: z.string().optional().describe('What a person can do.'),
};

const sinks = z.array(z.enum(SINKS));

const alertsSchema = z
  .object({
    open: z
      .array(z.object({ ...common, since: z.iso.datetime(), updatedAt: z.iso.datetime() }).meta({ id: 'OpenAlert' }))
      .describe('What holds, the worst first.'),
    notices: z
      .array(
        z
          .object({
            ...common,
            at: z.iso.datetime(),
            cleared: z.literal(true).optional().describe('It reported that the condition is over.'),
            delivered: sinks,
            pending: sinks.describe('Sinks that are still tried.'),
            undelivered: sinks.describe('Sinks that were given up.'),
          })
          .meta({ id: 'AlertNotice' }),
      )
      .describe('What was reported, the last first.'),
  })
  .meta({ id: 'Alerts' });

export function alertsRoute({ tasks }: RouteDeps): Route {
  return defineRoute({
    method: 'get',
    path: '/v1/alerts',
    id: 'readAlerts',
    access: { scope: 'read', over: 'installation' },
    tag: 'Service',
    summary: 'Which alerts hold, and what was reported',
    answers: { 200: { description: 'The alerts.', content: { 'application/json': alertsSchema } } },
    problems: TEMPORAL,
    handle: async () => {
      const { conditions, notices } = await tasks.alerts.read();
      const open = conditions
        .map(({ told: _told, quiet: _quiet, ...one }) => one)
        .sort((one, other) => SEVERITIES.indexOf(other.severity) - SEVERITIES.indexOf(one.severity));
      return { status: 200, body: { open, notices: [...notices].reverse() } };
    },
  });
}
