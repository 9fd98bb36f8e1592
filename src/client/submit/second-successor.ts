import type { Gateway } from '../temporal/gateway';

/**
 * Ends a run that came too late: the run that it wanted to follow has been followed. A worker that takes it first ends
 * it as well, before its handler; this is for the hours without one.
 */
export async function endSecond(gateway: Gateway, taskId: string, runId: string, first: string): Promise<void> {
  const { service, namespace } = gateway;
  await gateway.find(() =>
    service.terminateWorkflowExecution({
      namespace,
      workflowExecution: { workflowId: taskId, runId },
      reason: `Came too late: run ${first} has followed the same run`,
    }),
  );
}
