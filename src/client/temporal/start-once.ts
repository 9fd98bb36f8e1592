import { WorkflowExecutionAlreadyStartedError, type WorkflowOptions } from '@temporalio/client';
import type { Gateway } from './gateway';

type Start = Pick<WorkflowOptions, 'workflowId' | 'taskQueue' | 'memo' | 'staticSummary'> & { args: [unknown] };

/** Starts a workflow, unless there is or was one of its ID. @returns False when there is. */
export async function startOnce(gateway: Gateway, type: string, start: Start): Promise<boolean> {
  try {
    await gateway.call(() =>
      gateway.client.workflow.start(type, {
        ...start,
        workflowIdReusePolicy: 'REJECT_DUPLICATE',
        workflowIdConflictPolicy: 'FAIL',
      }),
    );
    return true;
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return false;
    throw error;
  }
}
