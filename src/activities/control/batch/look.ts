import { Context } from '@temporalio/activity';
import type { ArtifactStore } from '../../../artifacts/store';
import { ReportLog } from '../../../client/bulk/report-log';
import { inParallel } from '../../../parallel';
import type { BatchActivities, Fate, MemberLine, MemberNews } from '../../../protocol/batch';
import type { BulkResources } from '../bulk/resources';
import { bulkIdOf, withLifeSigns } from '../bulk/steps';

const READS_AT_ONCE = 10;

/** Reads members that have been silent: the server may have ended one, or somebody deleted it; some are parked. */
export async function lookAtMembers(
  { tasks, artifacts }: BulkResources,
  { open, parked }: Parameters<BatchActivities['lookAtMembers']>[0],
): Promise<MemberNews[]> {
  const context = Context.current();
  return withLifeSigns(context, async () => {
    const known = new Map<number, Fate>([
      ...open.map((index) => [index, 'open'] as const),
      ...parked.map((index) => [index, 'parked'] as const),
    ]);
    const lines = await linesOf(artifacts, bulkIdOf(context), known);
    const fates = await inParallel(lines, READS_AT_ONCE, async ({ index, id }) => {
      context.cancellationSignal.throwIfAborted();
      return { index, fate: (id !== undefined && (await tasks.batches.fateOf(id))) || ('open' as const) };
    });
    return fates.filter(({ index, fate }) => fate !== known.get(index));
  });
}

/** What was written down of the members when they were submitted. */
export async function linesOf(
  store: ArtifactStore,
  batchId: string,
  indexes: { has(index: number): boolean },
): Promise<MemberLine[]> {
  const found: MemberLine[] = [];
  for await (const lines of new ReportLog<MemberLine>(store, batchId).lines()) {
    found.push(...lines.filter(({ index }) => indexes.has(index)));
  }
  return found;
}
