import { createdFirst } from '../list/created-first';
import { firstRows } from '../list/scan';
import type { Gateway } from '../temporal/gateway';

/** Rows cost a lot more than counts. */
const FEW = 100;

/**
 * When the parked task that waits longest was parked; ISO. Those that were created first are looked at.
 * @param query Of parked tasks only.
 * @param total How many it finds.
 * @param few How many may be looked at one by one. Defaults to 100.
 */
export async function parkedLongest(
  gateway: Gateway,
  query: string,
  total: number,
  few = FEW,
): Promise<string | undefined> {
  const count = async (part: string) => (await gateway.call(() => gateway.client.workflow.count(part))).count;
  const early = total > few ? await createdFirst(count, query, few) : query;
  const rows = await firstRows(gateway, early, few);
  return rows.map(({ parking, createdAt }) => parking?.since ?? createdAt).sort()[0];
}
