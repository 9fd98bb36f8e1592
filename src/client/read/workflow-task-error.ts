import type { Gateway } from '../temporal/gateway';
import { errorOf } from './error-of';

/** The failure stands near the end: the server writes down the first of a row of failures only. */
const LAST_EVENTS = 20;

/** Why a run's workflow code fails. */
export async function workflowTaskError(gateway: Gateway, workflowId: string, runId: string): Promise<string> {
  const { client, namespace, service } = gateway;
  const request = { namespace, execution: { workflowId, runId }, maximumPageSize: LAST_EVENTS };
  const page = await gateway.find(() => service.getWorkflowExecutionHistoryReverse(request));
  const events = page?.history?.events ?? [];
  // Repeats of a failed workflow task run into their time-out: the first failure has the reason.
  const failed = events.find((event) => event.workflowTaskFailedEventAttributes)?.workflowTaskFailedEventAttributes;
  if (failed) {
    const error = await errorOf(client.options.loadedDataConverter, failed.failure);
    return error?.message || 'The workflow code failed';
  }
  const silent = events.some((event) => event.workflowTaskTimedOutEventAttributes);
  return silent ? 'The workflow code did not answer in time' : 'unknown';
}
