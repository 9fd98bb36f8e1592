import type { Visibility } from '../diagnosis/visibility';
import type { Percentiles } from '../figures/percentiles';
import { type DurationSample, sampleDurations } from '../figures/samples';
import type { Gateway } from '../temporal/gateway';
import { ageOf, Cached } from './cached';
import { type Ended, none, type Spans } from './ended-runs';
import { type Exactness, type Range, sparkSpans } from './ranges';
import type { SeriesReader } from './series';
import { soon } from './soon';

type Quiet = Ended & { open: number };
type ShownPercentiles = Pick<Percentiles, 'p50' | 'p95'>;

/** How one task type does. */
export interface TypeLine extends Ended {
  type: string;
  /** Open now. */
  open: number;
  /** Seconds, of a sample; null without one. */
  wait: ShownPercentiles | null;
  run: ShownPercentiles | null;
  /** Tasks in the sample. */
  sample: number;
  /** Runs that ended in each twelfth of the range, the oldest first. */
  spark: number[];
}

export interface TypeFigures {
  takenAt: string;
  ageSeconds: number;
  /** Of the counts, and `partial` while the sample of waits and runs is being read. */
  exactness: Exactness;
  types: TypeLine[];
}

/** Each type costs a call: so many types a minute, and pages that watch stay within their budget. */
const SECONDS_A_TYPE = 3;
const FRESH_MS = 15_000;
const PATIENCE_MS = 1000;
/** Waits and runs hardly move within minutes, and cost histories. */
const SAMPLE_FRESH_MS = 5 * 60_000;
const MOST_SAMPLED = 20;

/** Counts, waits and runs by task type. */
export class TypeFiguresReader {
  private readonly latest = new Map<Range, Cached<TypeFigures>>();
  private readonly samples = new Map<string, Cached<DurationSample>>();
  private readonly filling = new Map<string, Promise<Quiet | undefined>>();

  constructor(
    private readonly gateway: Gateway,
    private readonly visibility: Visibility,
    private readonly series: SeriesReader,
    private readonly types: readonly string[],
  ) {}

  async read(range: Range): Promise<TypeFigures> {
    let cached = this.latest.get(range);
    if (!cached) {
      const fresh = Math.max(FRESH_MS, SECONDS_A_TYPE * 1000 * this.types.length);
      cached = new Cached(
        () => this.take(range),
        ({ exactness }) => (exactness === 'exact' ? fresh : 0),
      );
      this.latest.set(range, cached);
    }
    const read = await cached.get();
    return { ...read.value, ...ageOf(read) };
  }

  private async take(range: Range): Promise<TypeFigures> {
    const until = Date.now() + PATIENCE_MS;
    const lines = await Promise.all(this.types.map((type) => this.line(range, type, until)));
    const known = lines.filter((line) => line !== undefined);
    const types = known.map(({ late: _late, ...line }) => line);
    // What is still being read is worth another look at once.
    const exactness = lines.length > known.length || known.some(({ late }) => late) ? 'partial' : 'exact';
    return { takenAt: '', ageSeconds: 0, exactness, types };
  }

  /** `undefined` while the type is still being counted. */
  private async line(range: Range, type: string, until: number): Promise<(TypeLine & { late: boolean }) | undefined> {
    const { runs } = this.series;
    const all = sparkSpans(range, Date.now());
    const { step, first, end } = all;
    const name = `${range} ${type}`;
    const filling =
      this.filling.get(name) ??
      this.fill(all, type).finally(() => {
        this.filling.delete(name);
      });
    this.filling.set(name, filling);
    const quiet = await soon(filling, until - Date.now());
    let open = end - step;
    if (!runs.of(step, open - step, type)) open -= step;
    const spans: Ended[] = [];
    for (let start = first; start < open; start += step) {
      const ended = runs.of(step, start, type);
      if (!ended) return undefined;
      spans.push(ended);
    }
    const now = quiet ?? (await soon(runs.now(open, type), Math.max(until - Date.now(), 500)));
    if (!now) return undefined;
    const { open: openTasks, ...last } = now;
    spans.push(last);
    const total = spans.reduce(add, none());
    const some = total.completed + total.failed > 0;
    const sample = some ? await soon(this.sample(range, type, first), until - Date.now()) : undefined;
    return {
      type,
      ...total,
      open: openTasks,
      wait: shown(sample?.wait),
      run: shown(sample?.run),
      sample: sample?.sample ?? 0,
      late: some && sample === undefined,
      spark: spans.map(({ completed, failed, cancelled }) => completed + failed + cancelled),
    };
  }

  /** Most types are quiet most of the time: one call says so, and how many tasks are open. */
  private async fill(spans: Spans, type: string): Promise<Quiet | undefined> {
    const { runs } = this.series;
    const quiet = runs.of(spans.step, spans.first, type) ? undefined : await runs.quiet(spans, type);
    if (!quiet) await runs.fill(spans, type);
    return quiet;
  }

  private async sample(range: Range, type: string, from: number): Promise<DurationSample> {
    const name = `${range} ${type}`;
    let cached = this.samples.get(name);
    if (!cached) {
      const order = { type, from: new Date(from), most: MOST_SAMPLED };
      cached = new Cached(() => sampleDurations(this.gateway, this.visibility, order), SAMPLE_FRESH_MS);
      this.samples.set(name, cached);
    }
    return (await cached.get()).value;
  }
}

function add(all: Ended, one: Ended): Ended {
  return {
    completed: all.completed + one.completed,
    failed: all.failed + one.failed,
    cancelled: all.cancelled + one.cancelled,
  };
}

function shown(percentiles: Percentiles | undefined): ShownPercentiles | null {
  return percentiles ? { p50: percentiles.p50, p95: percentiles.p95 } : null;
}
