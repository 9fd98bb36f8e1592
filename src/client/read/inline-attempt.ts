import type { AttemptFailure } from '../../protocol/task';
import { fingerprint } from '../../tasks/failures';
import type { TaskFacts } from '../../tasks/state';
import type { Gateway } from '../temporal/gateway';
import type { HistoryEvent } from './ending';
import { isoTime } from './facts';

/** An inline attempt leaves nothing else in the history while it runs. */
export const LAST_EVENTS = 20;
/** `TIMEOUT_TYPE_START_TO_CLOSE` of the Temporal API: a worker had the workflow task, and gave no answer. */
const START_TO_CLOSE = 1;

/**
 * Since when an inline attempt runs, if one does: the start of the first of the workflow tasks that have
 * followed each other since, as they do while the attempt keeps its worker busy. The time for which the
 * task waited for that worker does not count.
 */
export async function inlineSince(gateway: Gateway, facts: TaskFacts): Promise<string | undefined> {
  const { taskId, runId, memo, handler, workflowTask } = facts;
  if (!memo.inline || handler || !workflowTask?.started) return undefined;
  const { namespace, service } = gateway;
  const request = { namespace, execution: { workflowId: taskId, runId }, maximumPageSize: LAST_EVENTS };
  const page = await gateway.find(() => service.getWorkflowExecutionHistoryReverse(request));
  let since: string | undefined;
  for (const event of page?.history?.events ?? []) {
    if (event.workflowTaskStartedEventAttributes) since = isoTime(event.eventTime);
    else if (!event.workflowTaskScheduledEventAttributes && !event.workflowTaskCompletedEventAttributes) break;
  }
  return since;
}

/**
 * The loss of an inline attempt with its worker, from the end of a run's history, newest event first. The server writes
 * down the first of a row of lost workflow tasks only.
 */
export function inlineLoss(events: readonly HistoryEvent[], type: string): AttemptFailure | undefined {
  for (const [index, event] of events.entries()) {
    if (event.workflowTaskTimedOutEventAttributes?.timeoutType === START_TO_CLOSE) {
      const begun = events.slice(index).find((before) => before.workflowTaskStartedEventAttributes);
      const startedAt = isoTime(begun?.eventTime);
      const worker = begun?.workflowTaskStartedEventAttributes?.identity;
      const message = 'The worker was lost while the inline attempt ran';
      const code = 'SYSTEM_WORKER_CRASH';
      return {
        attempt: 1,
        code,
        class: 'transient',
        message,
        fingerprint: fingerprint(type, code, message),
        ...(startedAt && { startedAt }),
        ...(worker && { worker }),
        at: isoTime(event.eventTime) ?? new Date().toISOString(),
        lost: true,
      };
    }
    if (!MEANWHILE.some((name) => event[name])) return undefined;
  }
  return undefined;
}

/** What may come to pass in a history while an inline attempt runs. */
const MEANWHILE = [
  'workflowTaskScheduledEventAttributes',
  'workflowTaskStartedEventAttributes',
  'workflowTaskCompletedEventAttributes',
  'workflowTaskFailedEventAttributes',
  'workflowTaskTimedOutEventAttributes',
  'workflowExecutionSignaledEventAttributes',
  'workflowExecutionCancelRequestedEventAttributes',
] as const;
