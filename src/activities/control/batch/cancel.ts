import { Context } from '@temporalio/activity';
import { HoldfastError } from '../../../errors';
import { inParallel } from '../../../parallel';
import type { MemberNews } from '../../../protocol/batch';
import type { BulkResources } from '../bulk/resources';
import { bulkIdOf, withLifeSigns } from '../bulk/steps';
import { isAway } from './away';
import { linesOf } from './look';

/** Few enough to leave the server to others. */
const AT_ONCE = 5;

/** Cancels members. A task that somebody else submitted is let be, and the batch waits for it no longer. */
export async function cancelMembers({ tasks, artifacts }: BulkResources, indexes: number[]): Promise<MemberNews[]> {
  const context = Context.current();
  const id = bulkIdOf(context);
  const message = { by: id, reason: 'The batch was cancelled' };
  return withLifeSigns(context, async () => {
    const lines = await linesOf(artifacts, id, new Set(indexes));
    await inParallel(lines, AT_ONCE, async (line) => {
      if (line.id === undefined || line.foreign) return;
      try {
        await tasks.act(line.id, 'cancel', message);
      } catch (error) {
        // It has ended by itself, or is gone: the next look shows it.
        if (!(error instanceof HoldfastError) || isAway(error)) throw error;
      }
    });
    return lines.filter(({ foreign }) => foreign).map(({ index }) => ({ index, fate: 'cancelled' as const }));
  });
}
