import { payloadHash, taskIdForKey } from '../src/tasks/keys';
import { type Figure, longest, median, percentile, timeEach } from './figures';

const SMALL = { image: { artifact: `sha256:${'0'.repeat(64)}` }, resize: { width: 100, height: 100 }, format: 'png' };

/** Rows as a statement has them: with many values, since those cost more than one long text. */
const ROW = { date: '2025-10-01', description: 'AN OFFICE SUPPLIER', amount: 45.67, category: 'supplies' };
const LARGE_BYTES = 100_000;
const LARGE = { rows: Array.from({ length: Math.ceil(LARGE_BYTES / JSON.stringify(ROW).length) }, () => ROW) };

/** What a key costs before anything is sent: the hash of the payload, and the task's ID. */
export async function measureKeys(): Promise<Figure[]> {
  return [...(await measure('small input', SMALL, 5000)), ...(await measure('input of 100 KB', LARGE, 500))];
}

async function measure(name: string, input: object, count: number): Promise<Figure[]> {
  const samples = await timeEach(count, async (index) => {
    payloadHash('image.convert', { ...input, index });
    taskIdForKey('image.convert', 'tenant', `key-${index}`);
  });
  const what = `key computation, ${name}`;
  return [
    { what: `${what}, p50`, unit: 'ms', holdfast: median(samples) },
    {
      what: `${what}, p95 (the original's aim: < 1 ms)`,
      unit: 'ms',
      holdfast: percentile(samples, 0.95),
      aim: { atMost: 1 },
    },
    { what: `${what}, longest`, unit: 'ms', holdfast: longest(samples) },
  ];
}
