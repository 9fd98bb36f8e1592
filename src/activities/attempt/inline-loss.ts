import type { Context } from '@temporalio/activity';
import { inlineLoss, LAST_EVENTS } from '../../client/read/inline-attempt';
import type { AttemptFailure } from '../../protocol/task';

/** The loss of a worker while the task's inline attempt ran, as the history tells it; `undefined` when there was none. */
export async function readInlineLoss({ client, info }: Context, type: string): Promise<AttemptFailure | undefined> {
  const execution = info.workflowExecution ?? {};
  const request = { namespace: info.namespace, execution, maximumPageSize: LAST_EVENTS };
  const { history } = await client.workflowService.getWorkflowExecutionHistoryReverse(request);
  return inlineLoss(history?.events ?? [], type);
}
