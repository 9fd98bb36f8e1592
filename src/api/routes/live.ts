import type { RouteDeps } from '../deps';
import { EventStream, endingAfter, STREAM_HEADERS } from '../live/event-stream';
import { defineRoute, type Route } from '../routing/route';
import { eventStream, TEMPORAL } from './answers';

/** However quiet it is, a listener hears something this often, in milliseconds. */
const STILL_MS = 15_000;

export function liveRoute({ live, streams, limits }: RouteDeps): Route {
  return defineRoute({
    method: 'get',
    path: '/v1/live',
    id: 'followAll',
    access: { scope: 'read', over: 'installation' },
    tag: 'Service',
    summary: 'Hear when anything has changed',
    description:
      'Server-sent events. `changed`, when counts of tasks have: `{counts: {open, deadLettered, completed, failed, cancelled, since}}`, of which the last three count what ended since `since`. `still`, at the beginning and every 15 seconds: `{at}`. One look every three seconds serves all streams of an API process. Ask again for what you show.',
    answers: { 200: { description: 'The stream.', content: { 'text/event-stream': eventStream } } },
    problems: [...TEMPORAL, 'too-many-requests'],
    unhurried: true,
    handle: async (_checked, whole) => {
      const exchange = endingAfter(limits.streamSeconds, whole);
      return streams.use(async () => {
        if (exchange.request.method === 'HEAD') return { status: 200, headers: STREAM_HEADERS };
        const stream = new EventStream(exchange);
        const still = () => stream.send({ event: 'still', data: { at: new Date().toISOString() } });
        const quiet = setInterval(() => void still(), STILL_MS);
        try {
          await still();
          for await (const counts of live.changes(exchange.signal)) {
            await stream.send({ event: 'changed', data: { counts } });
          }
        } finally {
          clearInterval(quiet);
          stream.end();
        }
        return undefined;
      }, exchange.caller.actor?.id);
    },
  });
}
