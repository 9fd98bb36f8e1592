import type { Visibility } from '../diagnosis/visibility';
import type { Gateway } from '../temporal/gateway';
import { ageOf, Cached, type Read } from './cached';
import { type Ended, EndedRuns, type Spans } from './ended-runs';
import { chartSpans, type Exactness, type Range } from './ranges';
import { soon } from './soon';

interface SeriesPoint extends Ended {
  /** Begin of the span; ISO. */
  at: string;
}

/** Ended runs over time. */
export interface Series {
  takenAt: string;
  ageSeconds: number;
  /** Length of a span, in seconds. */
  step: number;
  /** `partial` while spans are missing that are still being counted. */
  exactness: Exactness;
  /** The oldest first; the last one is still going on. */
  points: SeriesPoint[];
}

/** The span that is going on is counted this often at most. */
const FRESH_MS = 15_000;
/** Callers wait this long for what has not been counted yet. */
const PATIENCE_MS = 1000;
const MOST_SERIES = 200;

/** Counts of ended runs by the minute, the quarter of an hour or two hours. */
export class SeriesReader {
  readonly runs: EndedRuns;
  private readonly latest = new Map<string, Cached<Series>>();

  constructor(gateway: Gateway, visibility: Visibility) {
    this.runs = new EndedRuns(gateway, visibility);
  }

  async read(range: Range, type?: string): Promise<Series> {
    const name = `${range} ${type ?? ''}`;
    let cached = this.latest.get(name);
    if (!cached) {
      cached = this.open(range, type);
      this.latest.set(name, cached);
      const [oldest] = this.latest.keys();
      if (this.latest.size > MOST_SERIES && oldest !== undefined) this.latest.delete(oldest);
    }
    const read: Read<Series> = await cached.get();
    return { ...read.value, ...ageOf(read) };
  }

  private open(range: Range, type?: string): Cached<Series> {
    let filling: Promise<unknown> | undefined;
    const take = async (): Promise<Series> => {
      const spans = chartSpans(range, Date.now());
      filling ??= this.runs.fill(spans, type).finally(() => {
        filling = undefined;
      });
      await soon(filling, PATIENCE_MS);
      return this.assemble(spans, type);
    };
    // What is still being counted is worth another look at once.
    return new Cached(take, ({ exactness }) => (exactness === 'exact' ? FRESH_MS : 0));
  }

  private async assemble({ step, first, end }: Spans, type?: string): Promise<Series> {
    const points: SeriesPoint[] = [];
    let missing = false;
    // The spans after the last one that is over for good, which the server may still be writing down, and that of now.
    let open = end - step;
    while (open - step >= first && open > end - 3 * step && !this.runs.of(step, open - step, type)) open -= step;
    for (let start = first; start < open; start += step) {
      const ended = this.runs.of(step, start, type);
      if (ended) points.push({ at: new Date(start).toISOString(), ...ended });
      else missing = true;
    }
    const { open: _tasks, ...now } = await this.runs.now(open, type);
    points.push({ at: new Date(open).toISOString(), ...now });
    return { takenAt: '', ageSeconds: 0, step: step / 1000, exactness: missing ? 'partial' : 'exact', points };
  }
}
