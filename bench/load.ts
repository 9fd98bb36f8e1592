import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Calls } from './calls';
import { type Figure, percentile } from './figures';

/** Calls a second of each kind: what a busy service sees, well below what it can do. */
const EACH_SECOND = 10;

export interface Latencies {
  read: number[];
  submit: number[];
}

/** Asks the API at a steady pace, whether or not it keeps up, for as long as the work takes. Milliseconds. */
export async function underLoad(calls: Calls, taskId: string, work: () => Promise<unknown>): Promise<Latencies> {
  const latencies: Latencies = { read: [], submit: [] };
  const pending = new Set<Promise<void>>();
  const time = (samples: number[], call: () => Promise<unknown>) => {
    const begin = performance.now();
    const timed = call().then(() => {
      samples.push(performance.now() - begin);
      pending.delete(timed);
    });
    pending.add(timed);
  };
  let over = false;
  const done = work().finally(() => {
    over = true;
  });
  while (!over) {
    time(latencies.read, () => calls.get(`/v1/tasks/${encodeURIComponent(taskId)}`));
    time(latencies.submit, () =>
      calls.post(
        { type: 'bench.ordinary', input: {}, policy: { queue: 'nobody' } },
        { 'Idempotency-Key': randomUUID() },
      ),
    );
    await sleep(1000 / EACH_SECOND);
  }
  await Promise.all([done, ...pending]);
  return latencies;
}

/** Percentiles of both kinds, against those of a quiet time. */
export function compare(what: string, busy: Latencies, quiet: Latencies): Figure[] {
  const shares = { p50: 0.5, p95: 0.95, p99: 0.99 };
  return (['read', 'submit'] as const).flatMap((kind) =>
    Object.entries(shares).map(([name, share]) => ({
      what: `${kind === 'read' ? 'GET /v1/tasks/{id}' : 'POST /v1/tasks'} ${name} ${what}, against before`,
      unit: 'ms',
      against: percentile(quiet[kind], share),
      holdfast: percentile(busy[kind], share),
    })),
  );
}
