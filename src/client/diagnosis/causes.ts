import type { ScannedRow } from '../scan';
import { countBy } from './count-by';
import type { StuckCause } from './findings';
import { otherCauses } from './other-causes';
import { parkedCauses } from './parked-causes';
import type { CauseSources } from './sources';
import { inQueues, notInQueues } from './stuck-query';

/**
 * Why the stuck tasks of a type are stuck. What many share is read once and counted: that nobody polls a queue, that
 * tasks are parked. The others are described one by one, or a sample of them if they are many.
 * @param pastDue Scheduled tasks of the type whose time has come, in queues that nobody polls.
 */
export async function causesOf(
  type: string,
  sources: CauseSources,
  pastDue: readonly ScannedRow[],
  oldest: Date,
): Promise<StuckCause[]> {
  const { fleet, queries } = sources;
  const unparked = queries.unparkedOfType(type);
  const causes = [
    ...(await unservedCauses(unparked, sources, pastDue)),
    ...(await parkedCauses(queries.parkedOfType(type), sources.visibility)),
    ...(await otherCauses(notInQueues(unparked, fleet.unserved), sources, oldest)),
  ];
  return causes.sort((a, b) => b.count - a.count);
}

async function unservedCauses(
  unparked: string,
  { fleet, visibility }: CauseSources,
  pastDue: readonly ScannedRow[],
): Promise<StuckCause[]> {
  const { unserved } = fleet;
  if (unserved.length === 0) return [];
  const counted = await countBy(visibility, inQueues(unparked, unserved), 'TaskQueue', ({ queue }) => queue);
  const counts = new Map(counted.map(({ value, count, newest }) => [value, { count, example: newest.id }]));
  for (const { queue, id } of pastDue) {
    const { count = 0, example = id } = counts.get(queue) ?? {};
    counts.set(queue, { count: count + 1, example });
  }
  return [...counts].map(([queue, { count, example }]) => ({
    cause: 'no-worker' as const,
    what: queue,
    count,
    exact: true,
    message: `No worker serves queue ${queue}`,
    todo: `npm run worker -- --queues ${queue}`,
    example,
  }));
}
