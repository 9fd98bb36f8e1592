import { setTimeout as sleep } from 'node:timers/promises';
import type { Calls } from './calls';
import { type Figure, percentile } from './figures';

/** Calls a second of each kind: what a busy service sees, well below what it can do. */
const EACH_SECOND = 10;

export interface Latencies {
  read: number[];
  submit: number[];
  /** Calls that were not answered as they should be. */
  refused: number;
}

/** Asks the API at a steady pace, whether or not it keeps up, for as long as the work takes. Milliseconds. */
export async function underLoad(calls: Calls, taskId: string, work: () => Promise<unknown>): Promise<Latencies> {
  const latencies: Latencies = { read: [], submit: [], refused: 0 };
  const pending = new Set<Promise<void>>();
  const time = (samples: number[], call: () => Promise<unknown>) => {
    const begin = performance.now();
    const timed = call().then(
      () => void samples.push(performance.now() - begin),
      () => void latencies.refused++,
    );
    pending.add(timed);
    timed.finally(() => pending.delete(timed));
  };
  let over = false;
  const working = Promise.resolve(work()).finally(() => {
    over = true;
  });
  // Should it fail, that shows below.
  working.catch(() => undefined);
  while (!over) {
    const task = { type: 'bench.ordinary', input: {}, policy: { queue: 'nobody' } };
    time(latencies.read, () => calls.get(`/v1/tasks/${encodeURIComponent(taskId)}`));
    time(latencies.submit, () => calls.order('/v1/tasks', task));
    await sleep(1000 / EACH_SECOND);
  }
  await Promise.all(pending);
  await working;
  return latencies;
}

/** Percentiles and the longest of both kinds, against those of a quiet time, and what was refused. */
export function compare(what: string, busy: Latencies, quiet: Latencies): Figure[] {
  const shares = { p50: 0.5, p95: 0.95, p99: 0.99, longest: 1 };
  const percentiles = (['read', 'submit'] as const).flatMap((kind) =>
    Object.entries(shares).map(([name, share]) => ({
      what: `${kind === 'read' ? 'GET /v1/tasks/{id}' : 'POST /v1/tasks'} ${name} ${what}, against before`,
      unit: 'ms',
      against: percentile(quiet[kind], share),
      holdfast: percentile(busy[kind], share),
    })),
  );
  const asked = busy.read.length + busy.submit.length + busy.refused;
  return [
    ...percentiles,
    { what: `refused of ${asked} calls ${what}`, unit: '', holdfast: busy.refused, aim: { atMost: 0 } },
  ];
}
