import { randomUUID } from 'node:crypto';
import { newTaskId, payloadHash, taskIdForKey } from '../src/tasks/keys';
import type { Calls } from './calls';
import { type Figure, median, percentile, throughput, timeEach } from './figures';
import type { Stage } from './stage';
import { SLEEP_MS, work } from './tasks';

const ROUNDS = 3;
const NOBODY = { queue: 'nobody' };

/** Bare and Holdfast take turns, so that a slow spell of the machine hits both. */
export async function measureThroughput(calls: Calls): Promise<Figure[]> {
  const [bare, ordinary, inline]: [number[], number[], number[]] = [[], [], []];
  for (let round = 0; round < ROUNDS; round++) {
    bare.push(await throughput(200, 20, () => calls.bare()));
    ordinary.push(await throughput(200, 20, () => calls.holdfast('bench.ordinary')));
    inline.push(await throughput(200, 20, () => calls.holdfast('bench.inline')));
  }
  const base = median(bare);
  const figure = (what: string, rate: number, aim: number): Figure => {
    return {
      what,
      bare: base,
      holdfast: rate,
      unit: '/s',
      ratio: rate / base,
      target: `≥ ${aim}`,
      met: rate / base >= aim,
    };
  };
  return [
    figure('throughput, 20 at once, ordinary', median(ordinary), 0.9),
    figure('throughput, 20 at once, inline', median(inline), 1.4),
  ];
}

export async function measureLatency(calls: Calls): Promise<Figure[]> {
  const [bare, ordinary, inline]: [number[], number[], number[]] = [[], [], []];
  for (let round = 0; round < 10 * ROUNDS; round++) {
    bare.push(...(await timeEach(2, () => calls.bare())));
    ordinary.push(...(await timeEach(2, () => calls.holdfast('bench.ordinary'))));
    inline.push(...(await timeEach(2, () => calls.holdfast('bench.inline'))));
  }
  const [base, plain, quick] = [median(bare), median(ordinary), median(inline)];
  return [
    {
      what: 'latency p50, one at a time, ordinary',
      bare: base,
      holdfast: plain,
      unit: 'ms',
      ratio: plain / base,
      target: 'none',
      met: true,
    },
    {
      what: 'latency p50, one at a time, inline',
      bare: base,
      holdfast: quick,
      unit: 'ms',
      ratio: quick / base,
      target: '≤ 0.6',
      met: quick / base <= 0.6,
    },
  ];
}

export async function measureSubmission(calls: Calls): Promise<Figure[]> {
  const key = randomUUID();
  await calls.post({ type: 'bench.ordinary', input: {} }, { 'Idempotency-Key': key, Prefer: 'wait=60' });
  const [bare, post, duplicate]: [number[], number[], number[]] = [[], [], []];
  for (let round = 0; round < 100; round++) {
    bare.push(...(await timeEach(2, () => calls.bareStart())));
    const task = { type: 'bench.ordinary', input: {}, policy: NOBODY };
    post.push(...(await timeEach(2, () => calls.post(task, { 'Idempotency-Key': randomUUID() }))));
    duplicate.push(
      ...(await timeEach(2, () => calls.post({ type: 'bench.ordinary', input: {} }, { 'Idempotency-Key': key }))),
    );
  }
  const [base, p50, p95] = [median(bare), median(post), percentile(duplicate, 0.95)];
  return [
    {
      what: 'POST p50 against bare start p50',
      bare: base,
      holdfast: p50,
      unit: 'ms',
      ratio: p50 / base,
      target: '≤ 1.4',
      met: p50 / base <= 1.4,
    },
    {
      what: 'duplicate answer p95 against bare start p50',
      bare: base,
      holdfast: p95,
      unit: 'ms',
      ratio: p95 / base,
      target: '≤ 2',
      met: p95 / base <= 2,
    },
    { what: 'duplicate answer p95 (seed: < 10 ms)', holdfast: p95, unit: 'ms', target: '< 10 ms', met: p95 < 10 },
  ];
}

/** The measured process keeps 5,000 open tasks in view and is asked for a page of 50. */
export async function measureList(calls: Calls): Promise<Figure[]> {
  await throughput(5000, 20, () => calls.post({ type: 'bench.ordinary', input: {}, policy: NOBODY, tags: ['open'] }));
  const pages = await timeEach(30, () => calls.get('/v1/tasks?limit=50'));
  const p50 = median(pages);
  return [{ what: 'list page of 50 with 5,000 open tasks, p50', holdfast: p50, unit: 'ms', target: 'none', met: true }];
}

/** Memory after 1,000 tasks against memory after 5,000: flat means that nothing piles up. */
export async function measureMemory(calls: Calls, stage: Stage): Promise<Figure[]> {
  await throughput(1000, 20, () => calls.holdfast('bench.inline'));
  const early = stage.memory();
  await throughput(4000, 20, () => calls.holdfast('bench.inline'));
  const late = stage.memory();
  const what = 'memory of API and worker after 5,000 tasks against after 1,000';
  return [
    {
      what,
      bare: early,
      holdfast: late,
      unit: 'MiB',
      ratio: late / early,
      target: '≤ 1.25',
      met: late / early <= 1.25,
    },
  ];
}

export async function measureOverhead(calls: Calls): Promise<Figure[]> {
  const [direct, through]: [number[], number[]] = [[], []];
  for (let round = 0; round < 10; round++) {
    direct.push(...(await timeEach(2, () => work({ ms: SLEEP_MS }))));
    through.push(...(await timeEach(2, () => calls.holdfast('bench.inline', { ms: SLEEP_MS }))));
  }
  const [base, p50] = [median(direct), median(through)];
  const overhead = ((p50 - base) / base) * 100;
  return [
    {
      what: `a ${SLEEP_MS} ms handler, POST to result, against a direct call`,
      bare: base,
      holdfast: p50,
      unit: 'ms',
      ratio: p50 / base,
      target: 'none',
      met: true,
    },
    { what: 'the same as overhead (seed: < 7 %)', holdfast: overhead, unit: '%', target: '< 7 %', met: overhead < 7 },
  ];
}

export async function measureKeys(): Promise<Figure[]> {
  const input = { image: { artifact: `sha256:${'0'.repeat(64)}` }, resize: { width: 100, height: 100 }, format: 'png' };
  const samples = await timeEach(5000, async (index) => {
    payloadHash('image.convert', { ...input, index });
    taskIdForKey('image.convert', 'tenant', `key-${index}`);
    newTaskId('image.convert');
  });
  const p95 = percentile(samples, 0.95);
  return [{ what: 'key computation p95 (seed: < 1 ms)', holdfast: p95, unit: 'ms', target: '< 1 ms', met: p95 < 1 }];
}
