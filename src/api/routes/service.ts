import { z } from 'zod';
import { may } from '../../access/caller';
import { Recent } from '../../client/submit/recent';
import { HoldfastError } from '../../errors';
import { VERSION, versionOf } from '../../version';
import type { RouteDeps } from '../deps';
import { defineRoute, type Route } from '../routing/route';
import { TEMPORAL } from './answers';

const readySchema = z
  .object({
    status: z.enum(['ready']),
    queues: z
      .array(z.object({ queue: z.string(), workers: z.int().describe('Workers that poll it.') }))
      .optional()
      .describe('Absent for callers without a key, once there are keys.'),
  })
  .meta({ id: 'Ready' });

const versionSchema = z
  .object({
    api: z.string(),
    workers: z.array(z.object({ queue: z.string(), identity: z.string(), version: z.string().nullable() })),
    match: z.boolean().describe("True when every worker has the API's version."),
  })
  .meta({ id: 'Version' });

export function serviceRoutes({ tasks, artifacts, metrics }: RouteDeps): Route[] {
  const setUp = new Recent<{ missing: string[] }>();
  const storage = new Recent<{ fault?: string }>();
  return [
    defineRoute({
      method: 'get',
      path: '/health/live',
      id: 'live',
      access: 'open',
      tag: 'Service',
      summary: 'Whether the API itself works',
      answers: {
        200: { description: 'It does.', content: { 'application/json': z.object({ status: z.enum(['live']) }) } },
      },
      handle: async () => ({ status: 200, body: { status: 'live' } }),
    }),
    defineRoute({
      method: 'get',
      path: '/health/ready',
      id: 'ready',
      access: 'open',
      tag: 'Service',
      summary: 'Whether tasks can be taken',
      description:
        'Temporal answers, its namespace is set up, and the artifact store takes files. A queue without workers takes tasks; they wait. Callers without a key learn no more than that; `queues` needs the scope read.',
      answers: { 200: { description: 'They can.', content: { 'application/json': readySchema } } },
      problems: [...TEMPORAL, 'storage-full', 'storage-unavailable'],
      handle: async (_checked, { caller }) => {
        const whole = caller.tenant === undefined && may(caller, 'read');
        // Anybody may ask, so asking again costs nothing.
        const missingNow = async () => ({ missing: await tasks.missingSetUp() });
        const [{ missing }, queues, { fault }] = await Promise.all([
          whole ? missingNow() : setUp.read('set-up', missingNow),
          whole ? tasks.workers() : undefined,
          storage.read('fault', async () => ({ fault: await artifacts.fault() }) as { fault?: string }),
        ]);
        if (fault !== undefined) throw new HoldfastError('storage-full', fault, { retryAfter: 30 });
        if (missing.length > 0) {
          const detail = `The Temporal namespace is not set up yet: it lacks ${missing.join(', ')}.`;
          throw new HoldfastError('not-set-up', detail, { retryAfter: 5 });
        }
        const counted = queues?.map(({ queue, workers }) => ({ queue, workers: workers.length }));
        return { status: 200, body: { status: 'ready', ...(counted && { queues: counted }) } };
      },
    }),
    defineRoute({
      method: 'get',
      path: '/version',
      id: 'readVersion',
      access: { scope: 'read', over: 'installation' },
      tag: 'Service',
      summary: 'Versions of the API and of the workers',
      answers: { 200: { description: 'The versions.', content: { 'application/json': versionSchema } } },
      problems: TEMPORAL,
      handle: async () => {
        const workers = (await tasks.workers()).flatMap(({ queue, workers: here }) =>
          here.map(({ identity }) => ({ queue, identity, version: versionOf(identity) ?? null })),
        );
        const match = workers.every(({ version }) => version === VERSION);
        return { status: 200, body: { api: VERSION, workers, match } };
      },
    }),
    defineRoute({
      method: 'get',
      path: '/metrics',
      id: 'readMetrics',
      access: { scope: 'read', over: 'installation' },
      tag: 'Service',
      summary: 'Metrics for Prometheus',
      answers: { 200: { description: 'The metrics.', content: { 'text/plain': z.string() } } },
      handle: async () => ({
        status: 200,
        headers: { 'Content-Type': metrics.registry.contentType },
        text: await metrics.registry.metrics(),
      }),
    }),
  ];
}
