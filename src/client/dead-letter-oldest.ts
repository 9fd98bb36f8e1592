import type { Gateway } from './gateway';
import { firstRows } from './scan';

/** Rows cost a lot more than counts. */
const FEW = 100;
const HOUR_MS = 3600_000;
/** The first hour halved so often is some milliseconds. */
const MOST_HALVINGS = 20;
/** Four to the seventh hours are two years. */
const MOST_LEAPS = 7;

/**
 * When the parked task that waits longest was parked; ISO. Visibility lists the newest first and does not
 * sort, so counts lead to those that were created first, and these are looked at.
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
  const early = total > few ? await createdFirst(gateway, query, few) : query;
  const rows = await firstRows(gateway, early, few);
  return rows.map(({ parking, createdAt }) => parking?.since ?? createdAt).sort()[0];
}

/**
 * Narrows a query that finds more than a few to the few that were created first.
 * @param least How many of them, if their times can be told apart. Defaults to 1.
 * @param call Makes each of some twenty calls. Defaults to at once.
 */
export async function createdFirst(
  gateway: Gateway,
  query: string,
  few: number,
  { least = 1, call = (work) => work() }: { least?: number; call?: <T>(work: () => Promise<T>) => Promise<T> } = {},
): Promise<string> {
  const now = Date.now();
  const olderThan = (age: number) => `${query} AND StartTime < '${new Date(now - age).toISOString()}'`;
  const countOlder = async (age: number) =>
    (await call(() => gateway.call(() => gateway.client.workflow.count(olderThan(age))))).count;

  // More than a few are older than `low`, few or none older than `high`.
  let [low, high] = [0, HOUR_MS];
  let older = await countOlder(high);
  for (let leaps = 0; older > few && leaps < MOST_LEAPS; leaps++) {
    [low, high] = [high, high * 4];
    older = await countOlder(high);
  }
  for (let halvings = 0; older < least && halvings < MOST_HALVINGS; halvings++) {
    const middle = (low + high) / 2;
    const found = await countOlder(middle);
    if (found > few) low = middle;
    else [high, older] = [middle, found];
  }
  return olderThan(older > 0 ? high : low);
}
