import type { OpenRun } from '../../client/list/open-runs';

/** Which of the open runs to check. */
export interface Choice {
  /** At most so many, the newest. Defaults to all. */
  limit?: number;
  /** So many of each type: its newest, and others spread over all ages. Defaults to all. */
  sample?: number;
}

/** Picks from runs that come newest first, without keeping more of them than it picks a few times over. */
export async function* choose(
  runs: AsyncIterable<OpenRun>,
  { limit = Number.POSITIVE_INFINITY, sample }: Choice,
): AsyncGenerator<OpenRun> {
  let left = limit;
  for await (const run of sample === undefined ? runs : sampled(runs, sample)) {
    if (left-- <= 0) return;
    yield run;
  }
}

async function* sampled(runs: AsyncIterable<OpenRun>, size: number): AsyncGenerator<OpenRun> {
  const ofType = new Map<string, Spread<OpenRun>>();
  for await (const run of runs) {
    const spread = ofType.get(run.type) ?? new Spread<OpenRun>(size);
    ofType.set(run.type, spread);
    spread.offer(run);
  }
  for (const spread of ofType.values()) yield* spread.picked();
}

/** Keeps the first of a long row of items and others at equal distances, in space for two samples. */
export class Spread<Item> {
  private kept: Item[] = [];
  private distance = 1;
  private offered = 0;

  constructor(private readonly size: number) {}

  offer(item: Item): void {
    if (this.offered++ % this.distance !== 0) return;
    this.kept.push(item);
    if (this.kept.length < 2 * this.size) return;
    this.kept = this.kept.filter((_, index) => index % 2 === 0);
    this.distance *= 2;
  }

  /** At most as many as the sample's size, in their order. */
  picked(): Item[] {
    const { kept, size } = this;
    if (kept.length <= size) return kept;
    return Array.from({ length: size }, (_, index) => kept[Math.floor((index * kept.length) / size)] as Item);
  }
}
