import { setTimeout as sleep } from 'node:timers/promises';
import type { Context } from '@temporalio/activity';

const LOOK_EVERY_MS = 2000;

/** `PENDING_ACTIVITY_STATE_CANCEL_REQUESTED` of the Temporal API. */
const CANCEL_REQUESTED = 3;

/**
 * Looks for a cancel that the SDK will not report. It gives an attempt one notice only, and a pause of its activity on
 * the server is one: an operator's by the stock command line, or Holdfast's own that came just when the attempt began.
 * @returns False when the attempt was over first, as its signal says.
 */
export async function cancelComes({ client, info }: Context, over: AbortSignal): Promise<boolean> {
  const { workflowId = '', runId = '' } = info.workflowExecution ?? {};
  const handle = client.workflow.getHandle(workflowId, runId);
  const isAskedToStop = async () => {
    const { raw } = await handle.describe();
    const pending = raw.pendingActivities?.find(({ activityId }) => activityId === info.activityId);
    // Without one, or with a later attempt, the server has given this one up.
    return !pending || pending.attempt !== info.attempt || pending.state === CANCEL_REQUESTED;
  };
  while (!over.aborted) {
    // Whatever goes wrong here may go right the next time.
    if (await client.withAbortSignal(over, isAskedToStop).catch(() => false)) return true;
    await sleep(LOOK_EVERY_MS, undefined, { signal: over }).catch(() => undefined);
  }
  return false;
}
