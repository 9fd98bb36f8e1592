import { LRUCache } from 'lru-cache';
import { inParallel } from '../../parallel';
import { SEARCH_ATTRIBUTES } from '../../protocol/task';
import type { Visibility } from '../diagnosis/visibility';
import { RUN_ENDS } from '../figures/stats';
import { equal } from '../list/list-query';
import { isoTime } from '../read/facts';
import type { Gateway } from '../temporal/gateway';

/** Runs that ended in a span of time. */
export interface Ended {
  completed: number;
  failed: number;
  cancelled: number;
}

/** Spans of `step` milliseconds from `first`, which is a multiple of it, until before `end`. */
export interface Spans {
  step: number;
  first: number;
  end: number;
}

const NAMES = ['completed', 'failed', 'cancelled'] as const;
/** So many rows come in one call; of more, the halves are counted. */
const MOST_LISTED = 500;
/** So few spans that are full are counted one by one: halving them would count each of the halves as well. */
const FEW_SPANS = 16;
const COUNTS_AT_ONCE = 4;
const MOST_KEPT = 20_000;
/** Visibility lags by a moment: a span is over for good this long after its end, in milliseconds. */
const LAG_MS = 10_000;
/** The server's own numbers of a run's status. */
const STATUSES: Record<number, string> = { 2: 'Completed', 3: 'Failed', 4: 'Canceled', 5: 'Terminated', 7: 'TimedOut' };

export const none = (): Ended => ({ completed: 0, failed: 0, cancelled: 0 });

/**
 * Counts of runs by the span in which they ended. A span that is over never changes, so it is asked for once: what is
 * missing is found by counting the whole and halving it, until a part is empty, is one span, or fits into one list.
 */
export class EndedRuns {
  private readonly known = new LRUCache<string, Ended>({ max: MOST_KEPT });

  /** @param mostListed Ended runs that are listed rather than counted by halves. Defaults to 500. */
  constructor(
    private readonly gateway: Gateway,
    private readonly visibility: Visibility,
    private readonly mostListed = MOST_LISTED,
  ) {}

  /** What is known of a span; `undefined` when it has not been asked for. */
  of(step: number, start: number, type?: string): Ended | undefined {
    return this.known.get(keyOf(step, start, type));
  }

  /** Counts what is not known yet of the spans that are over. The newest come first. */
  async fill({ step, first, end }: Spans, type?: string): Promise<void> {
    const over = Math.min(end, Math.floor((Date.now() - LAG_MS) / step) * step);
    let gapEnd: number | undefined;
    for (let start = over - step; start >= first - step; start -= step) {
      const known = start < first || this.of(step, start, type) !== undefined;
      if (!known) gapEnd ??= start + step;
      else if (gapEnd !== undefined) {
        await this.fillGap({ step, first: start + step, end: gapEnd }, type);
        gapEnd = undefined;
      }
    }
  }

  /** How many runs ended since a time, and how many are open. Costs one call. */
  async now(since: number, type?: string): Promise<Ended & { open: number }> {
    const query = `${ofType(type)} AND (ExecutionStatus = 'Running' OR CloseTime >= '${iso(since)}')`;
    return this.count(query);
  }

  /** The same, of which one call shows first whether there is anything at all to count; `undefined` when there is. */
  async quiet({ step, first, end }: Spans, type: string): Promise<(Ended & { open: number }) | undefined> {
    const over = Math.min(end, Math.floor((Date.now() - LAG_MS) / step) * step);
    const counts = await this.now(first, type);
    if (NAMES.some((name) => counts[name] > 0)) return undefined;
    this.keep({ step, first, end: over }, new Map(), type);
    return counts;
  }

  private async fillGap({ step, first, end }: Spans, type?: string): Promise<void> {
    const query = `${ofType(type)} AND CloseTime >= '${iso(first)}' AND CloseTime < '${iso(end)}'`;
    const { open: _none, ...total } = await this.count(query);
    const sum = NAMES.reduce((all, name) => all + total[name], 0);
    const spans = Math.round((end - first) / step);
    if (spans === 1) this.known.set(keyOf(step, first, type), total);
    else if (sum === 0) this.keep({ step, first, end }, new Map(), type);
    else if (sum <= this.mostListed) this.keep({ step, first, end }, await this.list(query, step), type);
    else if (spans <= FEW_SPANS && sum > (this.mostListed * spans) / 2) {
      const starts = Array.from({ length: spans }, (_, index) => end - (index + 1) * step);
      await inParallel(starts, COUNTS_AT_ONCE, (start) =>
        this.fillGap({ step, first: start, end: start + step }, type),
      );
    } else {
      const middle = first + Math.floor(spans / 2) * step;
      await this.fillGap({ step, first: middle, end }, type);
      await this.fillGap({ step, first, end: middle }, type);
    }
  }

  private keep({ step, first, end }: Spans, found: ReadonlyMap<number, Ended>, type?: string): void {
    for (let start = first; start < end; start += step) {
      this.known.set(keyOf(step, start, type), found.get(start) ?? none());
    }
  }

  private async list(query: string, step: number): Promise<Map<number, Ended>> {
    const { namespace, service } = this.gateway;
    const spans = new Map<number, Ended>();
    let nextPageToken: Uint8Array | undefined;
    do {
      const request = { namespace, query, pageSize: MOST_LISTED, ...(nextPageToken && { nextPageToken }) };
      const page = await this.visibility.call(() => service.listWorkflowExecutions(request));
      for (const { closeTime, status } of page.executions ?? []) {
        const name = RUN_ENDS[STATUSES[Number(status)] ?? ''];
        const start = Math.floor(Date.parse(isoTime(closeTime) ?? '') / step) * step;
        if (!name || name === 'open' || Number.isNaN(start)) continue;
        const span = spans.get(start) ?? none();
        span[name]++;
        spans.set(start, span);
      }
      nextPageToken = page.nextPageToken?.length ? page.nextPageToken : undefined;
    } while (nextPageToken);
    return spans;
  }

  private async count(query: string): Promise<Ended & { open: number }> {
    const grouped = `${query} GROUP BY ExecutionStatus`;
    const { groups } = await this.visibility.call(() => this.gateway.client.workflow.count(grouped));
    const counts = { ...none(), open: 0 };
    for (const { count, groupValues } of groups) {
      const name = RUN_ENDS[String(groupValues[0])];
      if (name) counts[name] += count;
    }
    return counts;
  }
}

function keyOf(step: number, start: number, type = ''): string {
  return `${step} ${start} ${type}`;
}

/** Every task has a category; other workflows of the namespace have none. */
function ofType(type?: string): string {
  const task = `${SEARCH_ATTRIBUTES.category} IS NOT NULL`;
  return type === undefined ? task : `${task} AND ${equal('WorkflowType', type)}`;
}

function iso(time: number): string {
  return new Date(time).toISOString();
}
