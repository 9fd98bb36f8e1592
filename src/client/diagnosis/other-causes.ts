import { inParallel } from '../parallel';
import type { ScannedRow } from '../scan';
import type { StuckCause } from './findings';
import { type Looked, look } from './look';
import { readSlices } from './slices';
import type { CauseSources } from './sources';

/** Up to so many tasks are described one by one; of more, a sample of two hundred is. */
const MOST_READ = 1000;
const READS_AT_ONCE = 25;

/**
 * Why tasks are stuck that somebody serves and that are not parked: they run, wait for their next attempt, a free
 * worker, or a circuit breaker, or their workflow code fails.
 * @param query Of such tasks of one type.
 * @param oldest When the first of them was submitted, or before.
 */
export async function otherCauses(query: string, sources: CauseSources, oldest: Date): Promise<StuckCause[]> {
  const { visibility, queries, reader, fleet } = sources;
  const count = await visibility.count(query);
  if (count === 0) return [];
  const exact = count <= MOST_READ;
  const slices = exact
    ? [{ rows: await visibility.rows(query, MOST_READ), count }]
    : await readSlices(visibility, query, oldest, queries.cutoff);

  const groups = new Map<string, StuckCause>();
  let sampled = 0;
  for (const slice of slices) {
    const looks = await inParallel(slice.rows, READS_AT_ONCE, (row: ScannedRow) => look(reader, fleet, row));
    const found = looks.filter((one) => one !== undefined);
    sampled += found.length;
    // Each task of a sample stands for others of its age.
    const weight = exact ? 1 : slice.count / Math.max(found.length, 1);
    for (const one of found) {
      const what = sharedBy(one);
      const name = `${one.why.cause} ${what}`;
      const known = groups.get(name) ?? causeOf(one, what, exact);
      groups.set(name, { ...known, count: known.count + weight });
    }
  }
  return [...groups.values()].map((cause) => ({
    ...cause,
    count: Math.round(cause.count),
    ...(!exact && { sampled }),
  }));
}

function causeOf({ facts, why }: Looked, what: string | undefined, exact: boolean): StuckCause {
  const { cause, message, todo } = why;
  return {
    cause,
    ...(what && { what }),
    count: 0,
    exact,
    message,
    ...(todo && { todo }),
    example: facts.taskId,
  };
}

function sharedBy({ facts, why }: Looked): string | undefined {
  const { handler, queue } = facts;
  if (why.cause === 'breaker-open') return handler?.heartbeat?.waitsFor?.breaker;
  if (why.cause === 'waits-for-next-attempt') return handler?.heartbeat?.failures.at(-1)?.code;
  if (why.cause === 'no-worker' || why.cause === 'waits-for-a-worker') return queue;
  return undefined;
}
