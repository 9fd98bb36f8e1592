import { type ScannedRow, scanRows } from '../../client/list/scan';
import { factsOf } from '../../client/read/facts';
import { workflowTaskError } from '../../client/read/workflow-task-error';
import type { Gateway } from '../../client/temporal/gateway';
import { inParallel } from '../../parallel';
import { MOST_NAMED, type WorkflowTaskFailure, type WorkflowTaskFailures } from '../../protocol/monitor';
import { CONTROL_QUEUE, MONITOR_QUEUE, SEARCH_ATTRIBUTES } from '../../protocol/task';
import { pulse } from './pulse';

const AT_ONCE = 10;

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
  const error = await workflowTaskError(gateway, taskId, runId);
  return { taskId, runId, type, queue, attempts, ...(since && { since }), error };
}
