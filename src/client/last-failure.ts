import { ApplicationFailure } from '@temporalio/common';
import {
  decodeArrayFromPayloads,
  decodeOptionalFailureToOptionalError,
} from '@temporalio/common/lib/internal-non-workflow';
import { HANDLER_ACTIVITY, type HandlerCall } from '../tasks/words';
import type { HistoryEvent } from './ending';
import type { Gateway } from './gateway';
import { readStart } from './timeline';

/** What only the history knows of a run's last failed attempt. */
export interface LastFailure {
  /** The input that the attempt had: corrections included, large ones by reference. */
  input?: unknown;
  /** Name of the error that was thrown: `TypeError`. */
  error?: string;
  stack?: string;
}

const PAGE = 100;
/** What follows the last attempt in the history is little, unless it was sent hundreds of messages. */
const MOST_PAGES = 10;

/** Reads a run's history from its end, up to the last attempt that failed. */
export async function readLastFailure(gateway: Gateway, taskId: string, runId: string): Promise<LastFailure> {
  const found: LastFailure = {};
  for await (const event of eventsFromTheEnd(gateway, taskId, runId)) {
    Object.assign(found, { ...(await errorOf(gateway, event)), ...found });
    const call = await callOf(gateway, event);
    if (call) return { ...found, input: call.input };
  }
  // No ordinary attempt: the inline one had the input of the start.
  return { ...found, input: (await readStart(gateway, taskId, runId))?.input };
}

async function* eventsFromTheEnd(gateway: Gateway, workflowId: string, runId: string): AsyncGenerator<HistoryEvent> {
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
async function errorOf(gateway: Gateway, event: HistoryEvent): Promise<LastFailure> {
  const failure = event.activityTaskFailedEventAttributes?.failure ?? event.markerRecordedEventAttributes?.failure;
  if (!failure) return {};
  const converter = gateway.client.options.loadedDataConverter;
  const error = await decodeOptionalFailureToOptionalError(converter, failure);
  const thrown = error?.cause instanceof Error ? error.cause : error;
  const name = thrown instanceof ApplicationFailure ? thrown.type : thrown?.name;
  return { ...(name && { error: name }), ...(thrown?.stack && { stack: thrown.stack }) };
}

async function callOf(gateway: Gateway, event: HistoryEvent): Promise<HandlerCall | undefined> {
  const scheduled = event.activityTaskScheduledEventAttributes;
  if (!scheduled?.activityId?.startsWith(HANDLER_ACTIVITY)) return undefined;
  const converter = gateway.client.options.loadedDataConverter;
  const [call] = await decodeArrayFromPayloads(converter, scheduled.input?.payloads as never);
  return call as HandlerCall | undefined;
}
