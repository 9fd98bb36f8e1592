import { decodeArrayFromPayloads } from '@temporalio/common/lib/internal-non-workflow';
import type { Heartbeat } from '../../protocol/task';
import type { HistoryEvent } from '../read/ending';
import { callOf, eventsFromTheEnd } from '../read/last-failure';
import { readStart } from '../read/timeline';
import type { Gateway } from '../temporal/gateway';

/** What the history says of the last time that a task's handler was called for. */
export interface LastCall {
  /** Corrections included, large ones by reference. */
  input: unknown;
  /** Whether this run follows an ended one of the same task. */
  redriven: boolean;
  /** The last one of an attempt that was lost for good. */
  heartbeat?: Heartbeat;
}

export async function readLastCall(gateway: Gateway, taskId: string, runId: string): Promise<LastCall> {
  const start = await readStart(gateway, taskId, runId);
  const redriven = start?.redrive !== undefined;
  let heartbeat: Heartbeat | undefined;
  for await (const event of eventsFromTheEnd(gateway, taskId, runId)) {
    heartbeat ??= await heartbeatOf(gateway, event);
    const call = await callOf(gateway, event);
    if (call) return { input: call.input, redriven, ...(heartbeat && { heartbeat }) };
  }
  // No ordinary attempt was asked for: an inline one has the input of the start.
  return { input: start?.input, redriven };
}

async function heartbeatOf(gateway: Gateway, event: HistoryEvent): Promise<Heartbeat | undefined> {
  const { failure } = event.activityTaskTimedOutEventAttributes ?? {};
  const { payloads } = failure?.timeoutFailureInfo?.lastHeartbeatDetails ?? {};
  const [heartbeat] = await decodeArrayFromPayloads(gateway.client.options.loadedDataConverter, payloads as never);
  return heartbeat as Heartbeat | undefined;
}
