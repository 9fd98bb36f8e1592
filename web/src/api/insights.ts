import { queryOptions } from '@tanstack/react-query';
import { call, isAbsent } from './client';
import type { TaskFilter } from './queries';

/** Endpoints made for the pages. An API that lacks one answers null here, and the page says "not available". */
export type Exactness = 'exact' | 'sampled' | 'partial';
export type Range = '1h' | '24h' | '7d';
export const RANGES: readonly Range[] = ['1h', '24h', '7d'];

export interface Environment {
  name: string;
  colour?: string;
  version: string;
  /** The address of Temporal's own Web UI, with its namespace. */
  temporalUi?: string;
  me: { name: string; scopes: string[]; tenant?: string } | null;
  signIn?: { key: boolean; oidc?: string };
}
export interface AttentionItem {
  kind: string;
  title: string;
  message: string;
  count?: number;
  since?: string;
  why?: string;
  todo?: string;
  filter?: Record<string, string | string[]>;
  link?: string;
}
export interface Attention {
  takenAt: string;
  ageSeconds: number;
  /** What could not be looked at in time. */
  unknown?: string[];
  items: AttentionItem[];
}
export interface Series {
  takenAt: string;
  step: number;
  exactness: Exactness;
  points: { at: string; completed: number; failed: number; cancelled: number }[];
  deploys: { at: string; version: string }[];
}
export interface Percentiles {
  p50: number;
  p95: number;
}
export interface TypeFigures {
  takenAt: string;
  exactness: Exactness;
  types: {
    type: string;
    open: number;
    completed: number;
    failed: number;
    wait: Percentiles | null;
    run: Percentiles | null;
    spark: number[];
  }[];
}
export interface FailureGroup {
  fingerprint: string;
  type: string;
  code: string;
  class: string;
  message: string;
  count: number;
  firstAt?: string;
  lastAt?: string;
  mark?: 'new' | 'back';
  spark?: number[];
}
export interface QueueView {
  queue: string;
  backlog: number;
  backlogByPriority?: Record<string, number>;
  backlogAgeSeconds: number;
  workers?: { identity: string; lastSeenAt?: string }[];
  slots?: { used: number; of: number };
}
export interface WorkerView {
  identity: string;
  host?: string;
  version?: string | null;
  queues?: string[];
  types?: string[];
  lastSeenAt?: string;
  slots?: { used: number; of: number };
  running?: { id: string; type: string; since?: string }[];
}
export interface View {
  name: string;
  page: string;
  query: string;
}

/** A first answer is made whole soon; a server that is always behind is not asked all the time. Milliseconds. */
const AGAIN_MS = [1500, 3000, 4000];
const AGAIN_LATER_MS = 20_000;

/**
 * Asked once more when an answer was from before: a new one is on its way then.
 * @param counting Whether what is partial is still being counted.
 */
function againWhenOlder(seconds: number, counting: boolean) {
  return ({ state }: { state: { data?: unknown; dataUpdateCount: number } }): number | false => {
    const { ageSeconds = 0, exactness, unknown = [] } = (state.data ?? {}) as Partial<Series & Attention>;
    if ((counting && exactness === 'partial') || unknown.length > 0) {
      return AGAIN_MS[state.dataUpdateCount - 1] ?? AGAIN_LATER_MS;
    }
    return ageSeconds > seconds ? 10_000 : false;
  };
}

function insight<T>(key: readonly unknown[], path: string, staleTime = 4000, old = Number.POSITIVE_INFINITY) {
  return queryOptions({
    queryKey: [...key],
    staleTime,
    refetchInterval: againWhenOlder(old, key[0] !== 'failure-groups'),
    queryFn: async ({ signal }): Promise<T | null> => {
      try {
        return await call<T>('get', path, undefined, signal);
      } catch (error) {
        if (isAbsent(error)) return null;
        throw error;
      }
    },
  });
}

export const environmentQuery = insight<Environment>(['environment'], '/v1/environment', 5 * 60_000);
export const attentionQuery = insight<Attention>(['attention'], '/v1/attention', 20_000, 6);
export const seriesQuery = (range: Range, type?: string) =>
  insight<Series>(
    ['series', range, type ?? ''],
    `/v1/stats/series?range=${range}${type ? `&type=${encodeURIComponent(type)}` : ''}`,
    30_000,
    16,
  );
export const typeFiguresQuery = (range: Range) =>
  insight<TypeFigures>(['type-figures', range], `/v1/stats/types?range=${range}`, 30_000, 60);
export const failureGroupsQuery = insight<{ groups: FailureGroup[]; takenAt?: string }>(
  ['failure-groups'],
  '/v1/failure-groups',
  30_000,
);
export const queuesQuery = insight<{ queues: QueueView[]; takenAt?: string }>(['queues'], '/v1/queues', 15_000, 16);
export const workersQuery = insight<{ workers: WorkerView[]; takenAt?: string }>(['workers'], '/v1/workers', 15_000);
export const viewsQuery = insight<{ views: View[] }>(['views'], '/v1/views', 60_000);

/** A search line's filter as the API's own words; what it names and the page cannot say is left to the API. */
export function filterText(filter: Readonly<Record<string, string | readonly string[]>>): string {
  const names: TaskFilter = { failureClass: 'class', failureCode: 'code' };
  return Object.entries(filter)
    .map(([name, value]) => {
      const one = String(Array.isArray(value) ? value[0] : value);
      return `${names[name] ?? name}:${/\s/.test(one) ? `"${one}"` : one}`;
    })
    .join(' ');
}
