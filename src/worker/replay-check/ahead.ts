/**
 * Maps a stream of items, with the work of the next few under way while the caller is busy with one. The
 * results keep the items' order.
 */
export async function* ahead<Item, Result>(
  items: AsyncIterable<Item>,
  count: number,
  work: (item: Item) => Promise<Result>,
): AsyncGenerator<Result> {
  const underWay: Promise<Result>[] = [];
  for await (const item of items) {
    const result = work(item);
    // The error is reported when its turn comes, which may be after it has failed.
    result.catch(() => undefined);
    underWay.push(result);
    if (underWay.length >= count) yield (await underWay.shift()) as Result;
  }
  while (underWay.length > 0) yield (await underWay.shift()) as Result;
}
