import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BatchView } from '../src/client/batches/batch-view';
import type { Calls } from './calls';
import type { Figure } from './figures';
import { added, readServerCounts, sum } from './server-calls';
import type { Stage } from './stage';

/** Tasks of each form; one that takes its time is enough. */
const COUNT = 20;
const LONG_MS = 30_000;

/** What one task of a form costs the server. */
interface Cost {
  events: number;
  bytes: number;
  calls: number;
  heartbeats: number;
  writes: number;
}

/** One form of task: makes some of them, one after the other, and names their workflows. */
type Form = (calls: Calls, stage: Stage) => Promise<string[]>;

const each = (count: number, make: () => Promise<string>): Promise<string[]> =>
  Array.from({ length: count }).reduce<Promise<string[]>>(
    async (made) => [...(await made), await make()],
    Promise.resolve([]),
  );

const finished = (type: string, input: object, count: number): Form => {
  return (calls) => each(count, () => calls.holdfast(type, input));
};

const parked: Form = (calls, { tasks }) =>
  each(COUNT, async () => {
    const { body } = await calls.post({ type: 'bench.broken', input: { trouble: 'TRANSIENT_NETWORK' } });
    while ((await tasks.read(body.id)).state !== 'dead-lettered') await sleep(100);
    return body.id;
  });

/** The batch's own workflow is among those named, so that its share counts. */
const members: Form = async (calls, { tasks }) => {
  const tags = [`cost:${randomUUID()}`];
  const wanted = Array.from({ length: COUNT }, () => ({ type: 'bench.ordinary', input: {}, tags }));
  const { id } = (await calls.order('/v1/batches', { tasks: wanted })) as BatchView;
  for (;;) {
    const { endedAt } = (await calls.get(`/v1/batches/${id}`)) as BatchView;
    if (endedAt !== undefined) break;
    await sleep(500);
  }
  const listed = await tasks.list({ filter: { tag: tags[0] as string }, limit: COUNT });
  return [id, ...listed.tasks.map((task) => task.id)];
};

/** In pairs: what Holdfast does, and the least that bare Temporal can do for the same. */
const FORMS: { name: string; count: number; form: Form; bare: Form }[] = [
  { name: 'an ordinary task', count: COUNT, form: finished('bench.ordinary', {}, COUNT), bare: bare(COUNT) },
  { name: 'an inline task', count: COUNT, form: finished('bench.inline', {}, COUNT), bare: bare(COUNT) },
  { name: 'a task that is parked', count: COUNT, form: parked, bare: bare(COUNT) },
  { name: 'a member of a batch, with its share of it', count: COUNT, form: members, bare: bare(COUNT) },
  {
    name: 'a silent task of 30 s',
    count: 1,
    form: finished('bench.ordinary', { ms: LONG_MS }, 1),
    bare: bare(1, LONG_MS),
  },
];

function bare(count: number, ms = 0): Form {
  return (calls) => each(count, () => calls.bare(ms));
}

/** History events, bytes, calls and writes of each form of task, beside the minimal workflow. */
export async function measureCost(calls: Calls, stage: Stage): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const { name, count, form, bare: least } of FORMS) {
    console.error(`Measuring the cost of ${name}…`);
    const against = await costOf(least, count, calls, stage);
    const holdfast = await costOf(form, count, calls, stage);
    const line = (what: string, of: keyof Cost, aim?: Figure['aim']): Figure => ({
      what: `${name}: ${what}`,
      unit: '',
      against: against[of],
      holdfast: holdfast[of],
      ...(aim && { aim }),
    });
    figures.push(
      line('history events', 'events'),
      line('bytes of history', 'bytes'),
      line('calls to the server, polls not counted', 'calls'),
      line('writes of state and history', 'writes'),
    );
    if (count === 1)
      figures.push({ what: `${name}: heartbeats`, unit: '', holdfast: holdfast.heartbeats, aim: { atMost: 8 } });
  }
  return figures;
}

async function costOf(form: Form, count: number, calls: Calls, stage: Stage): Promise<Cost> {
  const before = await readServerCounts(stage.metricsPort);
  const ids = await form(calls, stage);
  const made = await readServerCounts(stage.metricsPort);
  const runs = await Promise.all(ids.map((id) => stage.client.workflow.getHandle(id).describe()));
  const per = (total: number) => total / count;
  const asked = added(before.calls, made.calls);
  return {
    events: per(sum(runs.map(({ historyLength }) => historyLength))),
    bytes: per(sum(runs.map(({ historySize }) => historySize ?? 0))),
    calls: per(sum(Object.values(asked))),
    heartbeats: per(asked.RecordActivityTaskHeartbeat ?? 0),
    writes: per(sum(Object.values(added(before.writes, made.writes)))),
  };
}
