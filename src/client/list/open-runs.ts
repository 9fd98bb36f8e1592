import { CONTROL_QUEUE, MONITOR_QUEUE, SEARCH_ATTRIBUTES } from '../../protocol/task';
import type { Gateway } from '../temporal/gateway';
import { equal, quote } from './list-query';
import { rawPages } from './scan';

/** One open run of a workflow. */
export interface OpenRun {
  id: string;
  runId: string;
  type: string;
}

/**
 * Every open run that Holdfast's workers go on with, the newest of them first: tasks, circuit breakers, bulk
 * actions, alerts, passes of the monitor. As Visibility has them, which lags by a moment.
 * @param queues Every queue that a policy names: what somebody started there by hand is worked on too.
 * @param type Only runs of this workflow type.
 */
export async function* openRuns(gateway: Gateway, queues: readonly string[], type?: string): AsyncGenerator<OpenRun> {
  const served = [...queues, CONTROL_QUEUE, MONITOR_QUEUE].map(quote).join(', ');
  const ours = `(${SEARCH_ATTRIBUTES.category} IS NOT NULL OR TaskQueue IN (${served}))`;
  const ofType = type === undefined ? '' : ` AND ${equal('WorkflowType', type)}`;
  for await (const rows of rawPages(gateway, `ExecutionStatus = 'Running' AND ${ours}${ofType}`)) {
    for (const { execution, type: named } of rows) {
      yield { id: execution?.workflowId ?? '', runId: execution?.runId ?? '', type: named?.name ?? '' };
    }
  }
}
