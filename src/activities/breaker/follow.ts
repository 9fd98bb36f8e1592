import { setTimeout as sleep } from 'node:timers/promises';
import { decodeArrayFromPayloads } from '@temporalio/common/lib/internal-non-workflow';
import type { temporal } from '@temporalio/proto';
import { startBreaker } from '../../client/breakers/breaker-calls';
import type { Gateway } from '../../client/temporal/gateway';
import { BREAKER_MEMO, type BreakerRecord, breakerId, readRecord } from '../../protocol/breaker';

type HistoryEvent = temporal.api.history.v1.IHistoryEvent;

/** The server holds a poll for about twenty seconds; this is when it counts as lost. */
const POLL_SECONDS = 30;
/** Pause after the end of a run or a failed call, in milliseconds: short enough to learn of an opening in time. */
const AGAIN_MS = 500;

/**
 * Yields what a breaker's workflow publishes, at once and whenever it changes: a long poll on its history,
 * three calls a minute while nothing happens. The workflow is started if it is not there.
 * @param failed Called with what went wrong; it goes on all the same until `stop`.
 */
export async function* followBreaker(
  gateway: Gateway,
  name: string,
  stop: AbortSignal,
  failed: (error: unknown) => void,
): AsyncGenerator<BreakerRecord> {
  while (!stop.aborted) {
    try {
      await startBreaker(gateway, name);
      yield* recordsOfRun(gateway, name);
    } catch (error) {
      if (!stop.aborted) failed(error);
    }
    await sleep(AGAIN_MS, undefined, { signal: stop }).catch(() => undefined);
  }
}

async function* recordsOfRun(gateway: Gateway, name: string): AsyncGenerator<BreakerRecord> {
  const { namespace, service } = gateway;
  const execution = { workflowId: breakerId(name) };
  let nextPageToken: Uint8Array | undefined;
  do {
    const request = { namespace, execution, waitNewEvent: true, ...(nextPageToken && { nextPageToken }) };
    const page = await gateway.call(() => service.getWorkflowExecutionHistory(request), POLL_SECONDS);
    // Only the last one counts: those before it are over already.
    const record = await lastRecord(gateway, page.history?.events ?? []);
    if (record) yield record;
    nextPageToken = page.nextPageToken ?? undefined;
  } while (nextPageToken?.length);
}

async function lastRecord(gateway: Gateway, events: readonly HistoryEvent[]): Promise<BreakerRecord | undefined> {
  const payload = events.map(publishedIn).findLast((published) => published !== undefined);
  if (!payload) return undefined;
  const converter = gateway.client.options.loadedDataConverter;
  const [record] = await decodeArrayFromPayloads(converter, [payload] as never);
  return readRecord(record);
}

function publishedIn(event: HistoryEvent) {
  const { workflowExecutionStartedEventAttributes: started, workflowPropertiesModifiedEventAttributes: modified } =
    event;
  return (modified?.upsertedMemo ?? started?.memo)?.fields?.[BREAKER_MEMO];
}
