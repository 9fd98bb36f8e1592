import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { LogFollower } from '../../client/read/log-follower';
import { lastLines, lineAsText } from '../../client/read/log-lines';
import type { RouteDeps } from '../deps';
import { inTime } from '../http/budget';
import { EventStream, endingAfter, STREAM_HEADERS } from '../live/event-stream';
import { placeOf } from '../live/log-place';
import type { TaskWatch } from '../live/task-watches';
import { type Answer, defineRoute, type Exchange, type Route } from '../routing/route';
import { lastLineId, taskIdParams, wholeNumber } from '../schemas/parameters';
import { eventStream, TEMPORAL } from './answers';

/** Between two looks at the log of a followed task, in milliseconds. Workers write twice a second. */
const PAUSE_MS = 500;

const logSchema = z
  .object({
    lines: z.array(
      z.looseObject({
        id: z.string(),
        time: z.string(),
        level: z.string(),
        attempt: z.int(),
        message: z.string(),
      }),
    ),
  })
  .meta({ id: 'Log' });

const query = z.strictObject({
  lines: wholeNumber(0, 10_000).default(100).describe('The last so many lines. Defaults to 100.'),
  follow: z
    .enum(['true', 'false'])
    .default('false')
    .describe('true: a stream of server-sent events, as with Accept: text/event-stream. Defaults to false.'),
});

export function logRoute({ tasks, artifacts, watches, streams, limits, answerWithin }: RouteDeps): Route {
  return defineRoute({
    method: 'get',
    path: '/v1/tasks/{id}/log',
    id: 'readLog',
    access: { scope: 'operate', over: 'task' },
    tag: 'Tasks',
    summary: "Read a task's log, or follow it live",
    description:
      'What the handler logged, in all attempts. The stream has an event `line` for each line, resumes after Last-Event-ID, and closes with an event `end` once the task has ended; with nothing left to send, the answer is 204.',
    params: taskIdParams,
    query,
    headers: z.object({ 'Last-Event-ID': lastLineId }),
    answers: {
      200: {
        description: 'The lines, oldest first.',
        content: { 'application/json': logSchema, 'text/plain': z.string(), 'text/event-stream': eventStream },
      },
      204: { description: 'The task has ended, and the caller has every line.' },
    },
    problems: [...TEMPORAL, 'task-not-found', 'too-many-requests'],
    unhurried: true,
    handle: async ({ params, query: { lines, follow }, headers }, exchange) => {
      const form = exchange.request.accepts(['application/json', 'text/plain', 'text/event-stream']);
      if (follow === 'true' || form === 'text/event-stream') {
        const lasting = endingAfter(limits.streamSeconds, exchange);
        return streams.use(
          () => watches.use(params.id, (watch) => followLog(watch, lines, headers['Last-Event-ID'], lasting)),
          exchange.caller.actor?.id,
        );
      }
      await inTime(answerWithin, tasks.read(params.id));
      const last = await lastLines(artifacts, params.id, await artifacts.listLog(params.id), lines);
      return form === 'text/plain'
        ? { status: 200, headers: { 'Content-Type': 'text/plain; charset=utf-8' }, text: last.map(lineAsText).join('') }
        : { status: 200, body: { lines: last } };
    },
  });

  async function followLog(
    watch: TaskWatch,
    lines: number,
    after: string | undefined,
    exchange: Exchange,
  ): Promise<Answer | undefined> {
    const taskId = watch.latest.view.id;
    const place = after === undefined ? undefined : placeOf(after);
    const follower = place
      ? await LogFollower.after(artifacts, taskId, place)
      : await LogFollower.withLast(artifacts, taskId, lines);
    if (place && watch.ended && !(await follower.hasNews())) return { status: 204 };
    if (exchange.request.method === 'HEAD') return { status: 200, headers: STREAM_HEADERS };
    const stream = new EventStream(exchange);
    try {
      // Looked at before the lines are: those that came with the end are reported before it.
      for (let ended = false; !ended && !exchange.signal.aborted; ) {
        ended = watch.ended;
        for await (const news of follower.news()) {
          for (const line of news) await stream.send({ event: 'line', id: line.id, data: line });
        }
        if (!ended) await sleep(PAUSE_MS, undefined, { signal: exchange.signal }).catch(() => undefined);
        else await stream.send({ event: 'end', data: { state: watch.latest.view.state } });
      }
    } finally {
      stream.end();
    }
    return undefined;
  }
}
