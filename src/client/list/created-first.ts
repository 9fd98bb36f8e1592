const HOUR_MS = 3600_000;
/** Four to the seventh hours are two years. */
const MOST_LEAPS = 7;

/**
 * Narrows a query to the few tasks that it finds and that were created first. Visibility lists the newest
 * first and does not sort, so counts lead to the others.
 * @param count Counts what a query finds.
 * @param query Finds more than a few.
 * @param few How many the narrower query may find; more only if so many were created within a millisecond.
 * @param least How many it shall find, if their times differ. Defaults to 1.
 */
export async function createdFirst(
  count: (query: string) => Promise<number>,
  query: string,
  few: number,
  least = 1,
): Promise<string> {
  const now = Date.now();
  const olderThan = (age: number) => `${query} AND StartTime < '${new Date(now - age).toISOString()}'`;

  // More than a few are older than `low`, few or none older than `high`.
  let [low, high] = [0, HOUR_MS];
  let older = await count(olderThan(high));
  for (let leaps = 0; older > few && leaps < MOST_LEAPS; leaps++) {
    [low, high] = [high, high * 4];
    older = await count(olderThan(high));
  }
  while (older < least && high - low > 1) {
    const middle = (low + high) / 2;
    const found = await count(olderThan(middle));
    if (found > few) low = middle;
    else [high, older] = [middle, found];
  }
  return olderThan(older > 0 ? high : low);
}
