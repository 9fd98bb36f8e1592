import { hostOf, versionOf } from '../../tasks/worker-identity';
import type { RouteDeps } from '../deps';
import { defineRoute, type Route } from '../routing/route';
import { queuesSchema, workersSchema } from '../schemas/fleet';
import { TEMPORAL } from './answers';

/** Who works on what. */
export function fleetRoutes({ tasks }: RouteDeps): Route[] {
  const { insights } = tasks;
  return [
    defineRoute({
      method: 'get',
      path: '/v1/queues',
      id: 'listQueues',
      access: { scope: 'read', over: 'installation' },
      tag: 'Service',
      summary: 'What waits in each queue, and who serves it',
      description: 'Every queue that a policy of the catalogue names. Some seconds old; says how old.',
      answers: { 200: { description: 'The queues.', content: { 'application/json': queuesSchema } } },
      problems: TEMPORAL,
      handle: async () => ({ status: 200, body: { exact: false, ...(await insights.queueViews()) } }),
    }),
    defineRoute({
      method: 'get',
      path: '/v1/workers',
      id: 'listWorkers',
      access: { scope: 'read', over: 'installation' },
      tag: 'Service',
      summary: 'Who works, on what, and which types each serves',
      description: 'Every worker that polls a queue of the catalogue. Some seconds old; says how old.',
      answers: { 200: { description: 'The workers.', content: { 'application/json': workersSchema } } },
      problems: TEMPORAL,
      handle: async () => {
        const { workers, ...rest } = await insights.workerViews();
        return { status: 200, body: { ...rest, workers: workers.map(shown) } };
      },
    }),
  ];
}

type Worker = Awaited<ReturnType<RouteDeps['tasks']['insights']['workerViews']>>['workers'][number];

function shown({ places, running, ...worker }: Worker) {
  const host = hostOf(worker.identity);
  return {
    ...worker,
    ...(host && { host }),
    version: versionOf(worker.identity) ?? null,
    ...(places && { slots: { used: places.busy, of: places.busy + places.free } }),
    running: running.map(({ startedAt, ...task }) => ({ ...task, ...(startedAt && { since: startedAt }) })),
  };
}
