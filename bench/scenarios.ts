import { randomUUID } from 'node:crypto';
import type { Calls } from './calls';
import { type Figure, longest, median, ofRounds, percentile, takeTurns, throughput, timeEach } from './figures';
import type { Stage } from './stage';

const NOBODY = { queue: 'nobody' };
const LANES = 20;

export async function measureThroughput(calls: Calls): Promise<Figure[]> {
  const rates: Record<'bare' | 'ordinary' | 'inline', number[]> = { bare: [], ordinary: [], inline: [] };
  for (let round = 0; round < 3; round++) {
    rates.bare.push(await throughput(200, LANES, () => calls.bare()));
    rates.ordinary.push(await throughput(200, LANES, () => calls.holdfast('bench.ordinary')));
    rates.inline.push(await throughput(200, LANES, () => calls.holdfast('bench.inline')));
  }
  const against = median(rates.bare);
  const common = { unit: '/s', against };
  return [
    { ...common, what: 'throughput, 20 at once, ordinary', ...ofRounds(rates.ordinary), aim: { atLeast: 0.9 } },
    { ...common, what: 'throughput, 20 at once, inline', ...ofRounds(rates.inline), aim: { atLeast: 1.4 } },
  ];
}

export async function measureLatency(calls: Calls): Promise<Figure[]> {
  const { bare, ordinary, inline } = await takeTurns(60, {
    bare: () => calls.bare(),
    ordinary: () => calls.holdfast('bench.ordinary'),
    inline: () => calls.holdfast('bench.inline'),
  });
  const common = { unit: 'ms', against: median(bare) };
  return [
    { ...common, what: 'latency p50, one at a time, ordinary', holdfast: median(ordinary) },
    { ...common, against: longest(bare), what: 'longest of 60, one at a time, ordinary', holdfast: longest(ordinary) },
    { ...common, what: 'latency p50, one at a time, inline', holdfast: median(inline), aim: { atMost: 0.6 } },
    { ...common, against: longest(bare), what: 'longest of 60, one at a time, inline', holdfast: longest(inline) },
  ];
}

export async function measureSubmission(calls: Calls, stage: Stage): Promise<Figure[]> {
  const key = randomUUID();
  const task = { type: 'bench.ordinary', input: {} };
  await calls.post(task, { 'Idempotency-Key': key, Prefer: 'wait=60' });
  const submit = () => calls.post({ ...task, policy: NOBODY }, { 'Idempotency-Key': randomUUID() });
  const { bare, post, duplicate, empty } = await takeTurns(300, {
    bare: () => calls.bareStart(),
    post: submit,
    duplicate: () => calls.post(task, { 'Idempotency-Key': key }),
    empty: () => calls.empty(),
  });
  const used = await processorTimes(stage, { bare: () => calls.bareStart(), post: submit, empty: () => calls.empty() });
  const common = { unit: 'ms', against: median(bare) };
  const p95 = percentile(duplicate, 0.95);
  return [
    { ...common, what: 'POST p50 against bare start p50', holdfast: median(post), aim: { atMost: 1.5 } },
    { what: 'a call of the API that does nothing, p50', unit: 'ms', holdfast: median(empty) },
    {
      what: 'processor time of a POST against a bare start: server, API and caller together',
      unit: 'ms',
      against: median(used.bare),
      ...ofRounds(used.post),
    },
    {
      what: 'processor time of a call of the API that does nothing: API and caller',
      unit: 'ms',
      ...ofRounds(used.empty),
    },
    {
      ...common,
      against: longest(bare),
      what: 'longest POST of 300 against longest bare start',
      holdfast: longest(post),
    },
    { ...common, what: 'bare start p95 against its own p50', holdfast: percentile(bare, 0.95) },
    { ...common, what: 'duplicate answer between starts, p50 against bare start p50', holdfast: median(duplicate) },
    {
      ...common,
      what: 'duplicate answer between starts, p95 against bare start p50',
      holdfast: p95,
      aim: { atMost: 2 },
    },
    {
      ...common,
      against: longest(bare),
      what: 'longest duplicate answer against longest bare start',
      holdfast: longest(duplicate),
    },
  ];
}

const CALLS_A_BLOCK = 200;

/** Milliseconds of all processes together for one call of each kind: unlike its duration, other work hardly changes it. */
async function processorTimes<Name extends string>(
  stage: Stage,
  kinds: Record<Name, () => Promise<unknown>>,
): Promise<Record<Name, number[]>> {
  const names = Object.keys(kinds) as Name[];
  const times = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Name, number[]>;
  for (let round = 0; round < 3; round++) {
    for (const name of names) {
      const begin = stage.processorTime();
      await throughput(CALLS_A_BLOCK, 1, kinds[name]);
      times[name].push((stage.processorTime() - begin) / CALLS_A_BLOCK);
    }
  }
  return times;
}

/** 5,000 open tasks, and one page of 50 asked for again and again. */
export async function measureList(calls: Calls): Promise<Figure[]> {
  await throughput(5000, LANES, () => calls.post({ type: 'bench.ordinary', input: {}, policy: NOBODY }));
  const pages = await timeEach(30, () => calls.get('/v1/tasks?limit=50'));
  return [
    { what: 'list page of 50 with 5,000 open tasks, p50', unit: 'ms', holdfast: median(pages) },
    { what: 'list page of 50 with 5,000 open tasks, longest of 30', unit: 'ms', holdfast: longest(pages) },
  ];
}

/** Memory after 1,000 tasks against memory after 5,000: flat means that nothing piles up. */
export async function measureMemory(calls: Calls, stage: Stage): Promise<Figure[]> {
  await throughput(1000, LANES, () => calls.holdfast('bench.inline'));
  const against = stage.memory();
  await throughput(4000, LANES, () => calls.holdfast('bench.inline'));
  const what = 'memory of API and worker after 5,000 tasks against after 1,000';
  return [{ what, unit: 'MiB', against, holdfast: stage.memory(), aim: { atMost: 1.25 } }];
}
