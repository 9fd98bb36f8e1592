import { setTimeout as sleep } from 'node:timers/promises';
import type { BulkActionView } from '../src/client/bulk/bulk-view';
import type { DeadLetterPage } from '../src/client/dead-letters/dead-letters';
import type { Stats } from '../src/client/figures/stats';
import type { Calls } from './calls';
import { type Figure, median, throughput, timeEach } from './figures';
import { compare, underLoad } from './load';
import { TROUBLES } from './tasks';

/** Dead letters to make. Making one takes some 40 ms. */
const COUNT = Number(process.env.BENCH_DEAD_LETTERS ?? 10_000);
/** Redrives a second. */
const RATE = 25;
const LANES = 20;
const QUIET_SECONDS = 30;

/** Dead letters of three fingerprints: list, count, export, and redrive one of them while the API is in use. */
export async function measureDeadLetters(calls: Calls): Promise<Figure[]> {
  await makeDeadLetters(calls);
  const page = () => calls.get('/v1/dead-letters?limit=50') as Promise<DeadLetterPage>;
  const { counts, deadLetters } = await page();
  const [example] = deadLetters;
  const [trouble] = counts?.byFingerprint ?? [];
  if (!counts?.exact || !example || !trouble) throw new Error(`The counts are not exact: ${JSON.stringify(counts)}`);

  const counted = await timeEach(3, (index) =>
    calls.get(`/v1/dead-letters?limit=1&createdAfter=2020-01-0${index + 1}T00:00:00Z`),
  );
  const kept = await timeEach(20, page);
  const stats = await timeEach(3, (index) => calls.get(`/v1/dead-letters/stats?hours=${index + 1}`));
  const exported = await timeEach(2, () => calls.text('/v1/dead-letters.csv'));
  const quiet = await underLoad(calls, example.id, () => sleep(QUIET_SECONDS * 1000));
  const counting = await underLoad(calls, example.id, () =>
    timeEach(5, (index) => calls.get(`/v1/dead-letters?limit=50&createdAfter=2021-01-0${index + 1}T00:00:00Z`)),
  );
  let ended: BulkActionView | undefined;
  const redriving = await underLoad(calls, example.id, async () => {
    ended = await redrive(calls, trouble.fingerprint);
  });
  if (ended?.done !== trouble.count) throw new Error(`Not all were redriven: ${JSON.stringify(ended)}`);
  const seconds = (Date.parse(ended.endedAt ?? '') - Date.parse(ended.startedAt ?? '')) / 1000;

  const of = `of ${counts.total} dead letters`;
  return [
    { what: `page of 50 ${of}, counts at hand, p50`, unit: 'ms', holdfast: median(kept) },
    { what: `counting them by class, code and fingerprint, ${of}, p50`, unit: 'ms', holdfast: median(counted) },
    { what: `statistics of a window, p50`, unit: 'ms', holdfast: median(stats) },
    { what: `CSV export ${of}`, unit: 'ms', holdfast: median(exported) },
    {
      what: `redrives a second, ${trouble.count} ${of} at a rate of ${RATE}`,
      unit: '/s',
      holdfast: ended.done / seconds,
      aim: { atMost: RATE * 1.02 },
    },
    ...compare('while they are counted', counting, quiet),
    ...compare('while they are redriven', redriving, quiet),
  ];
}

async function makeDeadLetters(calls: Calls): Promise<void> {
  await throughput(COUNT, LANES, (index) =>
    calls.post({ type: 'bench.broken', input: { trouble: TROUBLES[index % TROUBLES.length] } }),
  );
  for (let waiting = COUNT; waiting > 0; await sleep(2000)) {
    const { tasks } = (await calls.get('/v1/stats')) as Stats;
    const parked = tasks.recorded['dead-lettered'] ?? 0;
    // An attempt that is lost on an overloaded machine does not fail, and its task heals at once.
    waiting = (tasks.byType['bench.broken']?.open ?? COUNT) - parked;
    console.error(`${parked} are parked, ${waiting} are yet to fail`);
  }
}

async function redrive(calls: Calls, fingerprint: string): Promise<BulkActionView> {
  const order = { action: 'retry', filter: { fingerprint }, rate: RATE, reason: 'benchmark' };
  const { id } = (await calls.order('/v1/bulk-actions', order)) as BulkActionView;
  for (;;) {
    const view = (await calls.get(`/v1/bulk-actions/${id}`)) as BulkActionView;
    if (view.endedAt !== undefined) return view;
    await sleep(500);
  }
}
