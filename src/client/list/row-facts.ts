import type { WorkflowExecutionDescription } from '@temporalio/client';
import { executionInfoFromRaw } from '@temporalio/client/lib/helpers';
import type { temporal } from '@temporalio/proto';
import type { TaskFacts } from '../../tasks/state';
import { factsOf } from '../read/facts';
import { holdsKey } from '../submit/window';
import type { Gateway } from '../temporal/gateway';

export type RawRow = temporal.api.workflow.v1.IWorkflowExecutionInfo;

/** `WORKFLOW_EXECUTION_STATUS_COMPLETED` of the Temporal API. */
const COMPLETED = 2;

/**
 * What a row of Visibility says of a task for certain; `undefined` where only the server's own description says. A
 * run that completed stays so, and no other run can follow it while its key answers, or when it has no key. Anything
 * else may have moved on since the row was written: open tasks at any time, failed and cancelled ones by an operator's
 * retry, and a key whose window is over by its next use.
 */
export async function certainFacts(gateway: Gateway, row: RawRow): Promise<TaskFacts | undefined> {
  if (row.status !== COMPLETED) return undefined;
  const { client, namespace } = gateway;
  const raw = { workflowExecutionInfo: row };
  const info = await executionInfoFromRaw(row, client.options.loadedDataConverter, raw, namespace);
  const facts = await factsOf(info as unknown as WorkflowExecutionDescription, client.options.loadedDataConverter);
  // The namespace may hold other workflows; what was not submitted as a task is none.
  if (!facts.memo.generation) return undefined;
  return facts.memo.key === undefined || holdsKey(facts, new Date()) ? facts : undefined;
}
