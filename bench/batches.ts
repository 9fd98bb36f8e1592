import { setTimeout as sleep } from 'node:timers/promises';
import type { BatchView } from '../src/client/batches/batch-view';
import type { Calls } from './calls';
import type { Figure } from './figures';
import type { Stage } from './stage';

/** Members of the batch. */
const COUNT = Number(process.env.BENCH_BATCH ?? 10_000);
const LIMIT = 100;
const MIB = 1024 * 1024;

/** One batch of inline tasks that do nothing: what it takes, what its workflow writes, what the process needs. */
export async function measureBatch(calls: Calls, { client, memory }: Stage): Promise<Figure[]> {
  const tasks = Array.from({ length: COUNT }, () => ({ type: 'bench.inline', input: {} }));
  const before = memory();
  const begin = performance.now();
  const { id } = (await calls.order('/v1/batches', { tasks, limit: LIMIT })) as BatchView;
  const accepted = performance.now() - begin;
  let peak = before;
  let view: BatchView;
  for (;;) {
    view = (await calls.get(`/v1/batches/${id}`)) as BatchView;
    peak = Math.max(peak, memory());
    if (view.endedAt !== undefined) break;
    console.error(`${view.completed} of ${view.total} are completed, ${view.running} run`);
    await sleep(2000);
  }
  if (view.completed !== COUNT) throw new Error(`Not all were completed: ${JSON.stringify(view)}`);
  const seconds = (Date.parse(view.endedAt ?? '') - Date.parse(view.startedAt ?? '')) / 1000;
  const runs = await runsOf(client, id);
  const of = `batch of ${COUNT} inline tasks, ${LIMIT} in flight`;
  return [
    { what: `${of}: checked and started`, unit: 'ms', holdfast: accepted },
    { what: `${of}: done after`, unit: 's', holdfast: seconds },
    { what: `${of}: tasks a second`, unit: '/s', holdfast: COUNT / seconds },
    { what: `${of}: runs of its workflow`, unit: '', holdfast: runs.length },
    { what: `${of}: longest history`, unit: 'events', holdfast: Math.max(...runs.map(({ events }) => events)) },
    { what: `${of}: largest history`, unit: 'MiB', holdfast: Math.max(...runs.map(({ bytes }) => bytes)) / MIB },
    { what: `${of}: memory of API and worker, before`, unit: 'MiB', holdfast: before },
    { what: `${of}: memory of API and worker, highest`, unit: 'MiB', holdfast: peak },
  ];
}

/** The last run closes a moment after the memo says that the batch has ended, and the list lags by another. */
async function runsOf(client: Stage['client'], id: string): Promise<{ events: number; bytes: number }[]> {
  for (;;) {
    const runs = [];
    for await (const run of client.workflow.list({ query: `WorkflowId = '${id}'` })) runs.push(run);
    if (runs.length > 0 && runs.every(({ closeTime }) => closeTime)) {
      return runs.map(({ historyLength, historySize }) => ({ events: historyLength, bytes: historySize ?? 0 }));
    }
    await sleep(500);
  }
}
