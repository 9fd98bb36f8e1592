import { inParallel } from '../../parallel';
import type { ScannedRow } from '../list/scan';
import type { StuckCause } from './findings';
import { type Looked, look } from './look';
import { readSlices } from './slices';
import type { CauseSources } from './sources';

const READS_AT_ONCE = 25;

/** Looks at tasks one by one; those that have moved on are left out. */
export async function lookAtAll(rows: readonly ScannedRow[], { reader, fleet }: CauseSources): Promise<Looked[]> {
  const looks = await inParallel(rows, READS_AT_ONCE, (row) => look(reader, fleet, row));
  return looks.filter((one) => one !== undefined);
}

/**
 * Why tasks are stuck that somebody serves and that are not parked: they run, wait for their next attempt, a free
 * worker, or a circuit breaker, or their workflow code fails.
 * @param weight How many tasks each of them stands for. Defaults to 1.
 */
export function causesOfLooks(looks: readonly Looked[], weight: (looked: Looked) => number = () => 1): StuckCause[] {
  const groups = new Map<string, StuckCause>();
  for (const one of looks) {
    const what = sharedBy(one);
    const name = `${one.why.cause} ${what}`;
    const known = groups.get(name) ?? causeOf(one, what);
    groups.set(name, { ...known, count: known.count + weight(one) });
  }
  return [...groups.values()];
}

/**
 * The same of too many to look at all of them: estimated from a sample that is spread over their ages.
 * @param oldest When the first of them was submitted, or before.
 */
export async function sampledCauses(query: string, sources: CauseSources, oldest: Date): Promise<StuckCause[]> {
  const { visibility, queries } = sources;
  const weights = new Map<Looked, number>();
  for (const { rows, count } of await readSlices(visibility, query, oldest, queries.cutoff)) {
    const looks = await lookAtAll(rows, sources);
    // Each stands for others of its age.
    for (const one of looks) weights.set(one, count / looks.length);
  }
  const causes = causesOfLooks([...weights.keys()], (one) => weights.get(one) ?? 0);
  return causes.map((cause) => ({ ...cause, count: Math.round(cause.count), exact: false, sampled: weights.size }));
}

function causeOf({ facts, why }: Looked, what: string | undefined): StuckCause {
  const { cause, message, todo } = why;
  const { taskId: example } = facts;
  return { cause, ...(what && { what }), count: 0, exact: true, message, ...(todo && { todo }), example };
}

function sharedBy({ facts, why }: Looked): string | undefined {
  const { handler, queue } = facts;
  if (why.cause === 'breaker-open') return handler?.heartbeat?.waitsFor?.breaker;
  if (why.cause === 'waits-for-next-attempt') {
    return handler?.heartbeat?.awaits ? 'tasks of its own' : handler?.heartbeat?.failures.at(-1)?.code;
  }
  if (why.cause === 'no-worker' || why.cause === 'waits-for-a-worker') return queue;
  return undefined;
}
