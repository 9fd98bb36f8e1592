import type { WorkflowStartOptions } from '@temporalio/client';
import {
  BREAKER_MEMO,
  BREAKER_TYPE,
  type BreakerMessage,
  type BreakerSignal,
  breakerId,
  closedRecord,
} from '../../protocol/breaker';
import { CONTROL_QUEUE } from '../../protocol/task';
import type { Gateway } from '../temporal/gateway';

/** Makes sure that the breaker's workflow is there. It starts closed. */
export async function startBreaker(gateway: Gateway, name: string): Promise<void> {
  await gateway.call(() => gateway.client.workflow.start(BREAKER_TYPE, startOptions(name)));
}

/** Sends a signal to a breaker, which is started for it if it is not there. */
export async function signalBreaker(
  gateway: Gateway,
  name: string,
  signal: BreakerSignal,
  message: BreakerMessage,
): Promise<void> {
  const options = { ...startOptions(name), signal, signalArgs: [message] };
  await gateway.call(() => gateway.client.workflow.signalWithStart(BREAKER_TYPE, options));
}

function startOptions(name: string) {
  return {
    workflowId: breakerId(name),
    taskQueue: CONTROL_QUEUE,
    args: [],
    memo: { [BREAKER_MEMO]: closedRecord(Date.now()) },
    workflowIdReusePolicy: 'ALLOW_DUPLICATE',
    workflowIdConflictPolicy: 'USE_EXISTING',
    staticSummary: `Circuit breaker of ${name}`,
  } satisfies WorkflowStartOptions;
}
