import { factsOf } from '../../client/facts';
import type { Gateway } from '../../client/gateway';
import { inParallel } from '../../client/parallel';
import { type ScannedRow, scanRows } from '../../client/scan';
import { MOST_NAMED, type WorkflowTaskFailure, type WorkflowTaskFailures } from '../../tasks/monitor-words';
import { CONTROL_QUEUE, MONITOR_QUEUE, SEARCH_ATTRIBUTES } from '../../tasks/words';
import { pulse } from './pulse';

const AT_ONCE = 10;
/** The failure stands near the end: the server writes down the first of a row of failures only. */
const LAST_EVENTS = 20;

/** The server itself marks a workflow whose code fails several times in a row, and unmarks it once it goes on. */
const QUERY = `ExecutionStatus = 'Running' AND TemporalReportedProblems IS NOT NULL AND (${SEARCH_ATTRIBUTES.category} IS NOT NULL OR TaskQueue IN ('${CONTROL_QUEUE}', '${MONITOR_QUEUE}'))`;

/** Names the workflows whose code fails again and again, with the error: tasks, and Holdfast's own. */
export async function findWorkflowTaskFailures(gateway: Gateway): Promise<WorkflowTaskFailures> {
  const failures: WorkflowTaskFailure[] = [];
  let count = 0;
  for await (const rows of scanRows(gateway, QUERY)) {
    pulse();
    count += rows.length;
    const named = rows.slice(0, MOST_NAMED - failures.length);
    const found = await inParallel(named, AT_ONCE, (row) => describe(gateway, row));
    failures.push(...found.filter((failure) => failure !== undefined));
  }
  return { failures, count };
}

/** `undefined`: it has gone on, or ended, since the list was taken. */
async function describe(
  gateway: Gateway,
  { id: taskId, runId, type, queue }: ScannedRow,
): Promise<WorkflowTaskFailure | undefined> {
  const { client } = gateway;
  const description = await gateway.find(() => client.workflow.getHandle(taskId, runId).describe());
  if (!description) return undefined;
  const { workflowTask } = await factsOf(description, client.options.loadedDataConverter);
  if (!workflowTask) return undefined;
  const { attempt: attempts, since } = workflowTask;
  const error = await lastError(gateway, taskId, runId);
  return { taskId, runId, type, queue, attempts, ...(since && { since }), error };
}

async function lastError(gateway: Gateway, workflowId: string, runId: string): Promise<string> {
  const { namespace, service } = gateway;
  const request = { namespace, execution: { workflowId, runId }, maximumPageSize: LAST_EVENTS };
  const page = await gateway.find(() => service.getWorkflowExecutionHistoryReverse(request));
  const events = page?.history?.events ?? [];
  // Repeats of a failed workflow task run into their time-out: the first failure has the reason.
  const failed = events.find((event) => event.workflowTaskFailedEventAttributes)?.workflowTaskFailedEventAttributes;
  if (failed) return failed.failure?.message || 'The workflow code failed';
  const silent = events.some((event) => event.workflowTaskTimedOutEventAttributes);
  return silent ? 'The workflow code did not answer in time' : 'unknown';
}
