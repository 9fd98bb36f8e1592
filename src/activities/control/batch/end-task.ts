import { Context } from '@temporalio/activity';
import { loadIfStored } from '../../../artifacts/large-values';
import { fromStored, type StoredSubmission } from '../../../client/batches/batch-members';
import type { TaskClient } from '../../../client/task-client';
import { HoldfastError } from '../../../errors';
import { inParallel } from '../../../parallel';
import type { BatchActivities, EndTaskOutcome } from '../../../protocol/batch';
import { redactText } from '../../../tasks/redact';
import type { BulkResources } from '../bulk/resources';
import { bulkIdOf, withLifeSigns } from '../bulk/steps';
import { isElsewhere, passedOn } from '../elsewhere';
import { isAway } from './away';
import { linesOf } from './look';

const WAITS_AT_ONCE = 20;
/** One that is still open then has been run again. */
const LONGEST_WAIT = 10;

/** Submits the task at the end, under its own key or the batch's. */
export async function submitEndTask(
  { tasks, artifacts }: BulkResources,
  { atEnd, lately }: Parameters<BatchActivities['submitEndTask']>[0],
): Promise<EndTaskOutcome> {
  const context = Context.current();
  const stored = atEnd as StoredSubmission;
  const { key = `${bulkIdOf(context)}:end`, type, tenant } = stored;
  return withLifeSigns(context, async () => {
    try {
      // An attempt that was lost may have submitted it so long ago that its key is free again.
      const before = context.info.attempt > 1 ? await tasks.find(type, key, tenant) : undefined;
      if (before) return { id: before.id };
      // A member reports just before its workflow closes: its result shall be there for the task at the end.
      const lines = await linesOf(artifacts, bulkIdOf(context), new Set(lately));
      await inParallel(lines, WAITS_AT_ONCE, async ({ id }) => id !== undefined && awaitEnd(tasks, id));
      const input = await loadIfStored(artifacts, stored.input);
      return { id: (await tasks.submit({ ...fromStored(stored), input, key })).task.id };
    } catch (error) {
      if (!(error instanceof HoldfastError) || isAway(error)) throw error;
      const { attempt } = context.info;
      if (error.code === 'unknown-task-type' && (await isElsewhere(tasks, type, attempt)))
        throw passedOn(type, attempt);
      return { refused: redactText(error.message) };
    }
  });
}

async function awaitEnd(tasks: TaskClient, taskId: string): Promise<void> {
  try {
    await tasks.wait(taskId, LONGEST_WAIT);
  } catch (error) {
    if (!(error instanceof HoldfastError && error.code === 'task-not-found')) throw error;
  }
}
