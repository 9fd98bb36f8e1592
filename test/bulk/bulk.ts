import type { BulkActionView } from '../../src/client/bulk/bulk-view';
import type { BulkReportLine } from '../../src/protocol/bulk';
import type { TestApi } from '../support/api';
import { until } from '../support/until';

export const bulkUrl = (id: string) => `/v1/bulk-actions/${encodeURIComponent(id)}`;

/** Starts a bulk action that must be accepted. */
export async function startBulk(api: TestApi, order: object): Promise<BulkActionView> {
  const { status, body } = await api.post('/v1/bulk-actions', { reason: 'for a test', by: 'ada', ...order });
  if (status !== 202) throw new Error(`The bulk action answered ${status}: ${JSON.stringify(body)}`);
  return body as BulkActionView;
}

export async function readBulk(api: TestApi, id: string): Promise<BulkActionView> {
  return (await api.get(bulkUrl(id))).body as BulkActionView;
}

/** Waits for the end of a bulk action. */
export function endOfBulk(api: TestApi, id: string): Promise<BulkActionView> {
  return until(`${id} has ended`, async () => {
    const view = await readBulk(api, id);
    return view.endedAt === undefined ? undefined : view;
  });
}

/** Starts a bulk action and waits for its end. */
export async function runBulk(api: TestApi, order: object): Promise<BulkActionView> {
  return endOfBulk(api, (await startBulk(api, order)).id);
}

export async function reportOf(api: TestApi, id: string): Promise<BulkReportLine[]> {
  const { body } = await api.get(`${bulkUrl(id)}/report`);
  return (body as string)
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as BulkReportLine);
}

/** Lists lag by a moment: waits until a filter finds so many tasks. */
export async function untilMatched(api: TestApi, filter: object, count: number): Promise<void> {
  await until(`${count} tasks match`, async () => {
    const { body } = await api.post('/v1/bulk-actions', { action: 'retry', filter, dryRun: true });
    return body.count === count;
  });
}
