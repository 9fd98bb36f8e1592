import type { Query, QueryClient } from '@tanstack/react-query';

/** What nobody gave a time to is asked again at most this often. */
const USUAL_MS = 6000;
const BUNDLED_MS = 1000;

/**
 * Asks again for what is shown once something has changed, each question as seldom as its `staleTime` says: a page that
 * stays open makes less than twenty calls a minute, however much changes.
 */
export class Refresher {
  private changedAt = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly client: QueryClient) {}

  changed(): void {
    this.changedAt = Date.now();
    this.timer ??= setTimeout(() => this.askWhatIsDue(), BUNDLED_MS);
  }

  askAll(): void {
    this.stop();
    void this.client.invalidateQueries({ type: 'active' });
  }

  stop(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  private askWhatIsDue(): void {
    this.stop();
    const now = Date.now();
    let next = Number.POSITIVE_INFINITY;
    for (const query of this.client.getQueryCache().findAll({ type: 'active' })) {
      if (query.state.dataUpdatedAt >= this.changedAt) continue;
      const due = query.state.dataUpdatedAt + restOf(query);
      // To ask again while the answer is on its way would only throw that one away.
      if (query.state.fetchStatus === 'fetching') next = Math.min(next, now + BUNDLED_MS);
      else if (due <= now) void this.client.invalidateQueries({ queryKey: query.queryKey, exact: true });
      else next = Math.min(next, due);
    }
    if (next !== Number.POSITIVE_INFINITY) this.timer = setTimeout(() => this.askWhatIsDue(), next - now);
  }
}

/** A list of several pages is that many calls. */
function restOf(query: Query): number {
  const times = query.observers.map(({ options }) => (typeof options.staleTime === 'number' ? options.staleTime : 0));
  const pages = (query.state.data as { pages?: unknown[] } | undefined)?.pages?.length ?? 1;
  return Math.max(USUAL_MS, Math.min(...times)) * pages;
}
