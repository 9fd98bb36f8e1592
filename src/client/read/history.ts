import type { temporal } from '@temporalio/proto';
import type { OpenRun } from '../list/open-runs';
import type { Gateway } from '../temporal/gateway';

export type HistoryEvent = temporal.api.history.v1.IHistoryEvent;

/**
 * Reads the whole history of one run, page by page, each within the gateway's deadline. It is one moment's
 * history, whatever is added meanwhile: the server's page token says where it ended when the first page was read.
 * @returns `undefined` when the server does not know the run any more.
 */
export async function readHistory(
  gateway: Gateway,
  { id: workflowId, runId }: Pick<OpenRun, 'id' | 'runId'>,
): Promise<HistoryEvent[] | undefined> {
  const { namespace, service } = gateway;
  const events: HistoryEvent[] = [];
  let nextPageToken: Uint8Array | undefined;
  do {
    const request = { namespace, execution: { workflowId, runId }, ...(nextPageToken && { nextPageToken }) };
    const page = await gateway.find(() => service.getWorkflowExecutionHistory(request));
    if (!page) return undefined;
    events.push(...(page.history?.events ?? []));
    nextPageToken = page.nextPageToken?.length ? page.nextPageToken : undefined;
  } while (nextPageToken);
  return events;
}
