import type { Gateway } from '../temporal/gateway';

/**
 * One page of the workflows of a query, by their IDs.
 * @param cursor Of the page before. @throws HoldfastError `invalid-request` when it is of another query.
 */
export async function readIds(
  gateway: Gateway,
  query: string,
  pageSize: number,
  cursor?: string,
): Promise<{ ids: string[]; cursor?: string }> {
  const { namespace, service } = gateway;
  const { token } = cursor === undefined ? { token: '' } : await gateway.cursors.decode(cursor, query);
  const nextPageToken = Buffer.from(token, 'base64url');
  const page = await gateway.call(() => service.listWorkflowExecutions({ namespace, query, pageSize, nextPageToken }));
  const next = Buffer.from(page.nextPageToken ?? []).toString('base64url');
  return {
    ids: (page.executions ?? []).map(({ execution }) => execution?.workflowId ?? ''),
    ...(next && { cursor: await gateway.cursors.encode({ token: next, offset: 0 }, query) }),
  };
}
