import type { LoadedDataConverter } from '@temporalio/common';
import { decodeArrayFromPayloads } from '@temporalio/common/lib/internal-non-workflow';
import type { AskedMessage } from '../tasks/operator-words';
import type { TaskFacts } from '../tasks/state';
import { type OperatorMessage, SIGNALS } from '../tasks/words';
import type { HistoryEvent } from './ending';
import { isoTime } from './facts';

/** A run's start and its first workflow task: with no more events nobody has sent anything. */
const FIRST_EVENTS = 2;

/** Whether messages may wait for a worker: each makes a workflow task, which no worker has taken then. */
export function mayHaveMessages({ status, workflowTask, historyLength }: TaskFacts): boolean {
  return status === 'open' && workflowTask !== undefined && historyLength > FIRST_EVENTS;
}

/** The messages that arrived since a worker last finished a workflow task, oldest first. @param events The last ones first. */
export async function askedIn(
  events: readonly HistoryEvent[],
  converter: LoadedDataConverter,
): Promise<AskedMessage[]> {
  const asked: AskedMessage[] = [];
  for (const event of events) {
    if (event.workflowTaskCompletedEventAttributes) break;
    const at = isoTime(event.eventTime) ?? '';
    const signal = event.workflowExecutionSignaledEventAttributes;
    const cancel = event.workflowExecutionCancelRequestedEventAttributes;
    if (cancel) {
      const { identity, cause } = cancel;
      asked.unshift({ action: 'cancel', at, ...(identity && { by: identity }), ...(cause && { reason: cause }) });
    }
    if (!signal || !(SIGNALS as readonly string[]).includes(signal.signalName ?? '')) continue;
    const [message] = await decodeArrayFromPayloads(converter, signal.input?.payloads as never).catch(() => []);
    asked.unshift({ action: signal.signalName ?? '', at, ...told(message, signal.identity) });
  }
  return asked;
}

function told(message: unknown, identity: string | null | undefined): Pick<AskedMessage, 'by' | 'reason' | 'id'> {
  const { by, reason, id } = (typeof message === 'object' && message !== null ? message : {}) as OperatorMessage;
  const name = typeof by === 'string' ? by : identity;
  return {
    ...(name && { by: name }),
    ...(typeof reason === 'string' && { reason }),
    ...(typeof id === 'string' && { id }),
  };
}
