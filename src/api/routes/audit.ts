import { z } from 'zod';
import { plainText } from '../../tasks/plain-schemas';
import type { RouteDeps } from '../deps';
import { defineRoute, type Route } from '../routing/route';
import { given } from '../schemas/filters';
import { wholeNumber } from '../schemas/parameters';

const auditSchema = z
  .object({
    records: z.array(
      z
        .object({
          at: z.iso.datetime(),
          actor: z
            .object({ id: z.string(), name: z.string() })
            .optional()
            .describe('The key; absent while there is none.'),
          by: z.string().optional().describe('As the request called itself, while there is no key.'),
          tenant: z.string().optional(),
          action: z.string().describe('Operation ID in the OpenAPI document; keys.… on the command line.'),
          object: z.string().optional().describe('What it was about.'),
          status: z.int().optional(),
          outcome: z.string().describe('done, or the code of the problem.'),
          reason: z.string().optional(),
          requestId: z.string().optional(),
          address: z.string().optional(),
        })
        .meta({ id: 'AuditRecord' }),
    ),
    days: z.array(z.string()).describe('Days of which there are records, the oldest first.'),
  })
  .meta({ id: 'Audit' });

const query = z.strictObject({
  day: z.iso.date().optional().describe("In UTC. Defaults to today's."),
  actor: plainText(200).optional().describe('Name or ID of a key.'),
  action: plainText(100).optional(),
  limit: wholeNumber(1, 1000).default(100).describe('Records at most. Defaults to 100.'),
});

export function auditRoute({ audit }: RouteDeps): Route {
  return defineRoute({
    method: 'get',
    path: '/v1/audit',
    id: 'readAudit',
    tag: 'Access',
    access: { scope: 'admin', over: 'own' },
    summary: 'Who changed what on a day, the last first',
    description: 'Every write that came through the API, refused ones too. Kept for 90 days.',
    query,
    answers: { 200: { description: 'The records.', content: { 'application/json': auditSchema } } },
    handle: async ({ query: { limit, ...filter } }, { caller: { tenant } }) => {
      const records = await audit.read({ ...given(filter), limit, ...(tenant !== undefined && { tenant }) });
      return { status: 200, body: { records, days: await audit.days() } };
    },
  });
}
