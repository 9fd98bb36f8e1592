import type { ScannedRow } from '../list/scan';
import { countBy } from './count-by';
import type { StuckCause } from './findings';
import { causesOfLooks, lookAtAll, sampledCauses } from './other-causes';
import { causesOfParked, parkedByCode } from './parked-causes';
import type { CauseSources } from './sources';
import { inQueues, notInQueues } from './stuck-query';
import { MOST_READ } from './visibility';

/** Why each of the given tasks is stuck. Exact. */
export async function causesOfRows(rows: readonly ScannedRow[], sources: CauseSources): Promise<StuckCause[]> {
  const unserved = new Set(sources.fleet.unserved);
  const parked = rows.filter(({ recorded }) => recorded === 'dead-lettered');
  const others = rows.filter(({ recorded }) => recorded !== 'dead-lettered');
  const served = others.filter(({ queue }) => !unserved.has(queue));
  return byCount([
    ...causesOfUnserved(others.filter(({ queue }) => unserved.has(queue))),
    ...causesOfParked(parked),
    ...causesOfLooks(await lookAtAll(served, sources)),
  ]);
}

/**
 * Why the stuck tasks of a type are stuck that has too many to read. What many share is counted: that nobody polls a
 * queue, that tasks are parked. Of the others, a sample is looked at if they are many.
 * @param pastDue Scheduled tasks of the type whose time has come, in queues that nobody polls.
 * @param oldest When the first of them was submitted, or before.
 * @param most How many may be looked at one by one. Defaults to 1,000.
 */
export async function causesOfMany(
  type: string,
  sources: CauseSources,
  pastDue: readonly ScannedRow[],
  oldest: Date,
  most = MOST_READ,
): Promise<StuckCause[]> {
  const { fleet, queries, visibility } = sources;
  const unparked = queries.unparkedOfType(type);
  const causes = causesOfUnserved(pastDue);
  if (fleet.unserved.length > 0) {
    const queues = await countBy(visibility, inQueues(unparked, fleet.unserved), 'TaskQueue', ({ queue }) => queue);
    for (const { value, count, newest } of queues) {
      const known = causes.find(({ what }) => what === value);
      if (known) known.count += count;
      else causes.push({ ...noWorker(newest), count });
    }
  }
  const parked = await visibility.newest(queries.parkedOfType(type), most);
  causes.push(
    ...(parked.length < most ? causesOfParked(parked) : await parkedByCode(queries.parkedOfType(type), visibility)),
  );
  const served = notInQueues(unparked, fleet.unserved);
  const count = await visibility.count(served);
  causes.push(
    ...(count <= most
      ? causesOfLooks(await lookAtAll(await visibility.newest(served, most), sources))
      : await sampledCauses(served, sources, oldest)),
  );
  return byCount(causes);
}

function causesOfUnserved(rows: readonly ScannedRow[]): StuckCause[] {
  const causes = new Map<string, StuckCause>();
  for (const row of rows) {
    const known = causes.get(row.queue) ?? noWorker(row);
    causes.set(row.queue, { ...known, count: known.count + 1 });
  }
  return [...causes.values()];
}

function noWorker({ id, queue }: ScannedRow): StuckCause {
  return {
    cause: 'no-worker',
    what: queue,
    count: 0,
    exact: true,
    message: `No worker serves queue ${queue}`,
    todo: `npm run worker -- --queues ${queue}`,
    example: id,
  };
}

function byCount(causes: StuckCause[]): StuckCause[] {
  return causes.sort((a, b) => b.count - a.count);
}
