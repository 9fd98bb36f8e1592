import { decodeArrayFromPayloads } from '@temporalio/common/lib/internal-non-workflow';
import { HANDLER_ACTIVITY, type HandlerCall } from '../../protocol/task';
import type { Gateway } from '../temporal/gateway';
import type { HistoryEvent } from './ending';
import { errorOf } from './error-of';
import { readStart } from './timeline';

/** What only the history knows of a run's last failed attempt. */
export interface LastFailure {
  /** The input that the attempt had: corrections included, large ones by reference. */
  input?: unknown;
  /** Where the error was thrown. */
  stack?: string;
}

const PAGE = 100;
/** What follows the last attempt in the history is little, unless it was sent hundreds of messages. */
const MOST_PAGES = 10;

/** Reads a run's history from its end, up to the last attempt that failed. */
export async function readLastFailure(gateway: Gateway, taskId: string, runId: string): Promise<LastFailure> {
  let stack: string | undefined;
  for await (const event of eventsFromTheEnd(gateway, taskId, runId)) {
    stack ??= await stackOf(gateway, event);
    const call = await callOf(gateway, event);
    if (call) return { ...(stack && { stack }), input: call.input };
  }
  // No ordinary attempt: the inline one had the input of the start.
  return { ...(stack && { stack }), input: (await readStart(gateway, taskId, runId))?.input };
}

/** A run's events, the last first; a bounded number of them. */
export async function* eventsFromTheEnd(
  gateway: Gateway,
  workflowId: string,
  runId: string,
): AsyncGenerator<HistoryEvent> {
  const { namespace, service } = gateway;
  let nextPageToken: Uint8Array | undefined;
  for (let page = 0; page < MOST_PAGES; page++) {
    const execution = { workflowId, runId };
    const request = { namespace, execution, maximumPageSize: PAGE, ...(nextPageToken && { nextPageToken }) };
    const answer = await gateway.find(() => service.getWorkflowExecutionHistoryReverse(request));
    yield* answer?.history?.events ?? [];
    nextPageToken = answer?.nextPageToken;
    if (!nextPageToken?.length) return;
  }
}

/** Of an ordinary attempt, or of an inline one, which stands in the history as a marker. */
async function stackOf(gateway: Gateway, event: HistoryEvent): Promise<string | undefined> {
  const failure = event.activityTaskFailedEventAttributes?.failure ?? event.markerRecordedEventAttributes?.failure;
  if (!failure) return undefined;
  const converter = gateway.client.options.loadedDataConverter;
  const error = await errorOf(converter, failure);
  // What the handler threw is the cause of what its attempt threw.
  const thrown = error?.cause instanceof Error ? error.cause : error;
  return thrown?.stack;
}

/** What a handler was called with, if this event scheduled it. */
export async function callOf(gateway: Gateway, event: HistoryEvent): Promise<HandlerCall | undefined> {
  const scheduled = event.activityTaskScheduledEventAttributes;
  if (!scheduled?.activityId?.startsWith(HANDLER_ACTIVITY)) return undefined;
  const converter = gateway.client.options.loadedDataConverter;
  const [call] = await decodeArrayFromPayloads(converter, scheduled.input?.payloads as never);
  return call as HandlerCall | undefined;
}
