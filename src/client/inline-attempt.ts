import type { TaskFacts } from '../tasks/state';
import { isoTime } from './facts';
import type { Gateway } from './gateway';

/** An inline attempt leaves nothing else in the history while it runs. */
const LAST_EVENTS = 20;

/**
 * Since when an inline attempt runs, if one does: the start of the first of the workflow tasks that have
 * followed each other since, as they do while the attempt keeps its worker busy. The time for which the
 * task waited for that worker does not count.
 */
export async function inlineSince(gateway: Gateway, facts: TaskFacts): Promise<string | undefined> {
  const { taskId, runId, memo, handler, workflowTask } = facts;
  if (!memo.inline || handler || !workflowTask?.started) return undefined;
  const { namespace, service } = gateway;
  const request = { namespace, execution: { workflowId: taskId, runId }, maximumPageSize: LAST_EVENTS };
  const page = await gateway.find(() => service.getWorkflowExecutionHistoryReverse(request));
  let since: string | undefined;
  for (const event of page?.history?.events ?? []) {
    if (event.workflowTaskStartedEventAttributes) since = isoTime(event.eventTime);
    else if (!event.workflowTaskScheduledEventAttributes && !event.workflowTaskCompletedEventAttributes) break;
  }
  return since;
}
