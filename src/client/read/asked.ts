import type { LoadedDataConverter } from '@temporalio/common';
import { decodeArrayFromPayloads } from '@temporalio/common/lib/internal-non-workflow';
import type { AskedMessage } from '../../protocol/operator';
import { type OperatorMessage, SIGNALS } from '../../protocol/task';
import type { TaskFacts } from '../../tasks/state';
import { readCancel } from '../temporal/cancel';
import type { HistoryEvent } from './ending';
import { isoTime } from './facts';

/** A run's start and its first workflow task: with no more events nobody has sent anything. */
const FIRST_EVENTS = 2;

/** Whether messages may wait for a worker: each makes a workflow task, which no worker has taken then. */
export function mayHaveMessages({ status, workflowTask, historyLength }: TaskFacts): boolean {
  return status === 'open' && workflowTask !== undefined && historyLength > FIRST_EVENTS;
}

/**
 * The messages that arrived since a worker last finished a workflow task, oldest first; without those that the task will
 * ignore, since they are none. @param events The last ones first. @param parking The one that the task is in, if it is.
 */
export async function askedIn(
  events: readonly HistoryEvent[],
  converter: LoadedDataConverter,
  parking?: number,
): Promise<AskedMessage[]> {
  const asked: AskedMessage[] = [];
  for (const event of events) {
    if (event.workflowTaskCompletedEventAttributes) break;
    const at = isoTime(event.eventTime) ?? '';
    const signal = event.workflowExecutionSignaledEventAttributes;
    const cancel = event.workflowExecutionCancelRequestedEventAttributes;
    if (cancel) asked.unshift({ action: 'cancel', at, ...(await readCancel(converter, cancel)) });
    if (!signal || !(SIGNALS as readonly string[]).includes(signal.signalName ?? '')) continue;
    const [message] = await decodeArrayFromPayloads(converter, signal.input?.payloads as never).catch(() => []);
    if (isVoid(signal.signalName ?? '', message, parking)) continue;
    asked.unshift({ action: signal.signalName ?? '', at, ...sentBy(message, signal.identity) });
  }
  return asked;
}

function sentBy(message: unknown, identity: string | null | undefined): Pick<AskedMessage, 'by' | 'reason' | 'id'> {
  const { by, reason, id } = (typeof message === 'object' && message !== null ? message : {}) as OperatorMessage;
  const name = typeof by === 'string' ? by : identity;
  return {
    ...(name && { by: name }),
    ...(typeof reason === 'string' && { reason }),
    ...(typeof id === 'string' && { id }),
  };
}

/** Anybody may signal anything: what the task would ignore stands in nobody's way. */
function isVoid(action: string, argument: unknown, parked: number | undefined): boolean {
  const message = typeof argument === 'string' ? { reason: argument } : (argument ?? {});
  if (typeof message !== 'object' || Array.isArray(message)) return true;
  const { by, reason, at, parking, id, result } = message as Record<string, unknown>;
  const texts = [by, reason, at, id].every((text) => text === undefined || typeof text === 'string');
  if (!texts || (parking !== undefined && parking !== parked)) return true;
  if (action === 'retry') return parked === undefined || (at !== undefined && Number.isNaN(Date.parse(String(at))));
  if (action === 'resolve') return result === undefined;
  return (action === 'fail' || action === 'abandon' || action === 'expire') && !reason;
}
