import { Context } from '@temporalio/activity';
import { BulkReport } from '../../../client/bulk/bulk-report';
import type { BulkChoice, BulkSnapshot, BulkTarget } from '../../../protocol/bulk';
import type { BulkResources } from './resources';
import { bulkIdOf, withLifeSigns } from './steps';

/** More than these at once are for another bulk action: the snapshot is held in memory. */
const MOST_TARGETS = 100_000;

/** Decides which tasks a bulk action is about: those that match now. */
export async function lookForTargets({ tasks, artifacts }: BulkResources, choice: BulkChoice): Promise<BulkSnapshot> {
  const context = Context.current();
  return withLifeSigns(context, async () => {
    const found: BulkTarget[] = [];
    for await (const batch of tasks.bulkActions.targets(choice)) {
      context.cancellationSignal.throwIfAborted();
      found.push(...batch);
      if (found.length > MOST_TARGETS) break;
    }
    const targets = found.slice(0, MOST_TARGETS);
    const hash = await new BulkReport(artifacts, bulkIdOf(context)).putTargets(targets);
    return { hash, count: targets.length, partial: found.length > MOST_TARGETS };
  });
}
