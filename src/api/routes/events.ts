import { z } from 'zod';
import type { RouteDeps } from '../deps';
import { EventStream, endingAfter, STREAM_HEADERS } from '../live/event-stream';
import { defineRoute, type Route } from '../routing/route';
import { lastStateId, taskIdParams } from '../schemas/parameters';
import { eventStream, TEMPORAL } from './answers';

export function eventsRoute({ watches, streams, limits }: RouteDeps): Route {
  return defineRoute({
    method: 'get',
    path: '/v1/tasks/{id}/events',
    id: 'followTask',
    access: { scope: 'read', over: 'task' },
    tag: 'Tasks',
    summary: 'Follow a task live',
    description:
      'Server-sent events named `state`; the data of each is the task as GET /v1/tasks/{id} shows it. The first shows how it is now, unless Last-Event-ID says that this is known. The stream closes after the end state; when that is known already, the answer is 204, which ends EventSource for good.',
    params: taskIdParams,
    headers: z.object({ 'Last-Event-ID': lastStateId }),
    answers: {
      200: { description: 'The stream.', content: { 'text/event-stream': eventStream } },
      204: { description: 'The task has ended, and the caller knows.' },
    },
    problems: [...TEMPORAL, 'task-not-found', 'too-many-requests'],
    unhurried: true,
    handle: async ({ params, headers }, whole) => {
      const exchange = endingAfter(limits.streamSeconds, whole);
      return streams.use(
        () =>
          watches.use(params.id, async (watch) => {
            const known = headers['Last-Event-ID'];
            if (watch.ended && watch.latest.mark === known) return { status: 204 };
            if (exchange.request.method === 'HEAD') return { status: 200, headers: STREAM_HEADERS };
            const stream = new EventStream(exchange);
            try {
              for await (const { view, mark } of watch.changes(exchange.signal, known)) {
                await stream.send({ event: 'state', id: mark, data: view });
              }
            } finally {
              stream.end();
            }
            return undefined;
          }),
        exchange.caller.actor?.id,
      );
    },
  });
}
