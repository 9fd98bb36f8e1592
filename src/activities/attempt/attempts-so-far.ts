import { Context } from '@temporalio/activity';
import { attemptsSeen } from '../../client/read/attempts-seen';
import { factsOf } from '../../client/read/facts';
import type { AttemptsReport } from '../../protocol/task';

/**
 * What the attempts of the task that asks have come to by now, as any reader sees it.
 * @param before What those of its earlier activities came to.
 */
export async function attemptsSoFar(before: AttemptsReport): Promise<AttemptsReport> {
  const { client, info } = Context.current();
  const { workflowId = '', runId = '' } = info.workflowExecution ?? {};
  const description = await client.workflow.getHandle(workflowId, runId).describe();
  const { handler, memo } = await factsOf(description, client.options.loadedDataConverter);
  return handler ? attemptsSeen({ handler, memo, tried: before }) : before;
}
