import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SubmitResult } from '../src/client/submit/submissions';
import { HoldfastError } from '../src/errors';
import { isOpen } from '../src/tasks/state';
import type { Calls } from './calls';
import { type Figure, longest, median } from './figures';
import type { Stage } from './stage';

/** Tasks of the tenant that floods the queue. */
const FLOOD = Number(process.env.BENCH_FLOOD ?? 5000);
const FEW = 10;
const LANES = 20;
/** What one task works, in milliseconds. */
const WORK_MS = 200;

/**
 * One tenant submits thousands of tasks, and another one ten after it. When do those end, and how many of the
 * thousands have ended by then? First come, first served, it would be all of them.
 */
export async function measureFairness(_calls: Calls, { tasks }: Stage): Promise<Figure[]> {
  /** A machine that is this busy may answer late: the key makes it the same task. */
  const submit = async (tenant: string, key = randomUUID()): Promise<SubmitResult> => {
    const task = { type: 'bench.ordinary', input: { ms: WORK_MS }, tenant, key };
    return tasks.submit(task).catch((error: unknown) => {
      if (error instanceof HoldfastError && error.code === 'unavailable') return submit(tenant, key);
      throw error;
    });
  };
  /** Seconds from each of ten submissions, made together, to its task's end. */
  const few = (tenant: string) =>
    Promise.all(
      Array.from({ length: FEW }, async () => {
        const begin = performance.now();
        const { task } = await submit(tenant);
        while (isOpen((await tasks.read(task.id).catch(() => task)).state)) await sleep(100);
        return (performance.now() - begin) / 1000;
      }),
    );
  const completed = () => tasks.count({ tenant: 'flood', state: ['completed'] });
  const alone = await few('alone');
  let submitted = 0;
  const lane = async () => {
    while (submitted++ < FLOOD) await submit('flood');
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  const before = await completed();
  const beside = await few('few');
  const after = await completed();
  const of = `ten tasks of a tenant behind ${FLOOD - before} of another that wait`;
  return [
    { what: `${of}: half end after`, unit: 's', holdfast: median(beside), against: median(alone) },
    { what: `${of}: the last ends after`, unit: 's', holdfast: longest(beside), against: longest(alone) },
    { what: `${of}: of those ended meanwhile`, unit: '', holdfast: after - before },
  ];
}
