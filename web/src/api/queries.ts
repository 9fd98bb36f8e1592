import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import { ApiError, api, call, data, type Schemas } from './client';

export type TaskFilter = Record<string, string>;

const PAGE = 100;

/**
 * The stream says when tasks come and end. What moves on without that is asked for by itself while it moves, together
 * less than twenty times a minute.
 */
const MOVES_MS = 8000;
const SELDOM_MS = 20_000;
const isEnded = (one: { endedAt?: string | undefined }) => one.endedAt !== undefined;

/** One page after the other; an empty page with a cursor means that the scan goes on. */
export const tasksQuery = (filter: TaskFilter) =>
  infiniteQueryOptions({
    queryKey: ['tasks', filter],
    queryFn: ({ pageParam, signal }) =>
      data<Schemas['TaskPage']>(
        api.GET('/v1/tasks', {
          params: { query: { ...filter, limit: PAGE, ...(pageParam && { cursor: pageParam }) } as never },
          signal,
        }),
      ),
    initialPageParam: '',
    getNextPageParam: (last) => last.cursor,
    placeholderData: keepPreviousData,
  });

export const taskQuery = (id: string) =>
  queryOptions({
    queryKey: ['task', id],
    queryFn: ({ signal }) => data<Schemas['Task']>(api.GET('/v1/tasks/{id}', { params: { path: { id } }, signal })),
    refetchInterval: ({ state }: { state: { data?: Schemas['Task'] | undefined } }) =>
      state.data?.state === 'running' ? MOVES_MS : false,
  });

export const timelineQuery = (id: string) =>
  queryOptions({
    queryKey: ['task', id, 'timeline'],
    staleTime: 12_000,
    queryFn: ({ signal }) =>
      data<Schemas['Timeline']>(api.GET('/v1/tasks/{id}/timeline', { params: { path: { id } }, signal })),
  });

export const logQuery = (id: string, moves: boolean) =>
  queryOptions({
    queryKey: ['task', id, 'log'],
    staleTime: SELDOM_MS,
    refetchInterval: moves ? SELDOM_MS : false,
    queryFn: ({ signal }) =>
      data<Schemas['Log']>(api.GET('/v1/tasks/{id}/log', { params: { path: { id } }, signal } as never)),
  });

export const taskTypesQuery = queryOptions({
  queryKey: ['task-types'],
  queryFn: ({ signal }) => data<Schemas['TaskTypes']>(api.GET('/v1/task-types', { signal })),
  staleTime: 5 * 60_000,
});

export const statsQuery = queryOptions({
  queryKey: ['stats'],
  staleTime: SELDOM_MS,
  // How each type does has an answer of its own.
  queryFn: ({ signal }) =>
    data<Schemas['Stats']>(api.GET('/v1/stats', { params: { query: { byType: 'false' } }, signal })),
});

export const versionQuery = queryOptions({
  queryKey: ['version'],
  queryFn: ({ signal }) => data<Schemas['Version']>(api.GET('/version', { signal })),
  staleTime: 60_000,
});

export const deadLettersQuery = (filter: TaskFilter) =>
  infiniteQueryOptions({
    queryKey: ['dead-letters', filter],
    staleTime: 10_000,
    queryFn: ({ pageParam, signal }) =>
      data<Schemas['DeadLetterPage']>(
        api.GET('/v1/dead-letters', {
          params: { query: { ...filter, limit: 50, ...(pageParam && { cursor: pageParam }) } as never },
          signal,
        }),
      ),
    initialPageParam: '',
    getNextPageParam: (last) => last.cursor,
    placeholderData: keepPreviousData,
  });

export const alertsQuery = queryOptions({
  queryKey: ['alerts'],
  staleTime: 60_000,
  queryFn: ({ signal }) => data<Schemas['Alerts']>(api.GET('/v1/alerts', { signal })),
});

export const schedulesQuery = queryOptions({
  queryKey: ['schedules'],
  staleTime: 60_000,
  queryFn: ({ signal }) =>
    data<Schemas['SchedulePage']>(api.GET('/v1/schedules', { params: { query: { limit: 100 } }, signal })),
});

export const breakersQuery = queryOptions({
  queryKey: ['breakers'],
  staleTime: 10_000,
  queryFn: ({ signal }) => data<{ breakers: Schemas['Breaker'][] }>(api.GET('/v1/breakers', { signal })),
});

export const batchesQuery = queryOptions({
  queryKey: ['batches'],
  queryFn: ({ signal }) =>
    data<Schemas['BatchPage']>(api.GET('/v1/batches', { params: { query: { limit: 50 } }, signal })),
  refetchInterval: ({ state }: { state: { data?: Schemas['BatchPage'] | undefined } }) =>
    state.data?.batches.every(isEnded) === false ? MOVES_MS : false,
});

export const bulkActionsQuery = queryOptions({
  queryKey: ['bulk-actions'],
  queryFn: ({ signal }) =>
    data<Schemas['BulkActionPage']>(api.GET('/v1/bulk-actions', { params: { query: { limit: 50 } }, signal })),
  refetchInterval: ({ state }: { state: { data?: Schemas['BulkActionPage'] | undefined } }) =>
    state.data?.bulkActions.every(isEnded) === false ? MOVES_MS : false,
});

export const bulkActionQuery = (id: string) =>
  queryOptions({
    queryKey: ['bulk-actions', id],
    queryFn: ({ signal }) =>
      data<Schemas['BulkAction']>(api.GET('/v1/bulk-actions/{id}', { params: { path: { id } }, signal })),
    refetchInterval: ({ state }: { state: { data?: Schemas['BulkAction'] | undefined } }) =>
      state.data && !isEnded(state.data) ? MOVES_MS : false,
  });

export const subscriptionsQuery = queryOptions({
  queryKey: ['subscriptions'],
  queryFn: ({ signal }) =>
    data<{ subscriptions: Schemas['WebhookSubscription'][] }>(
      api.GET('/v1/webhook-subscriptions', { signal }) as never,
    ),
});

export const taskInputQuery = (id: string) =>
  queryOptions({
    queryKey: ['task', id, 'input'],
    queryFn: async ({ signal }) => {
      const path = `/v1/tasks/${encodeURIComponent(id)}?include=input`;
      const answer = await call<Schemas['Task'] & { input?: unknown }>('get', path, undefined, signal).catch(
        (error) => {
          // An API that does not know the parameter refuses it.
          if (error instanceof ApiError && (error.status === 400 || error.status === 422)) return { input: undefined };
          throw error;
        },
      );
      return { input: answer.input, known: 'input' in answer && answer.input !== undefined };
    },
    staleTime: 60_000,
  });

export const deadLetterQuery = (id: string) =>
  queryOptions({
    queryKey: ['dead-letters', 'one', id],
    queryFn: ({ signal }) =>
      data<Schemas['DeadLetterRecord']>(api.GET('/v1/dead-letters/{id}', { params: { path: { id } }, signal })),
    retry: false,
  });

export const scheduleCheckQuery = queryOptions({
  queryKey: ['schedules', 'check'],
  queryFn: ({ signal }) => data<Schemas['ScheduleReport']>(api.GET('/v1/schedules/check', { signal } as never)),
  staleTime: 60_000,
});

export const subscriptionQuery = (id: string) =>
  queryOptions({
    queryKey: ['subscriptions', id],
    queryFn: ({ signal }) =>
      data<Schemas['WebhookSubscriptionDetails']>(
        api.GET('/v1/webhook-subscriptions/{id}', { params: { path: { id } }, signal }),
      ),
  });

export const keysQuery = queryOptions({
  queryKey: ['keys'],
  queryFn: ({ signal }) => data<{ keys: Schemas['Key'][] }>(api.GET('/v1/keys', { signal })),
});

export const sessionsQuery = queryOptions({
  queryKey: ['sessions'],
  queryFn: ({ signal }) => data<{ sessions: Schemas['StartedSession'][] }>(api.GET('/v1/sessions', { signal })),
});

export const auditQuery = (filter: { day?: string; actor?: string; action?: string }) =>
  queryOptions({
    queryKey: ['audit', filter],
    queryFn: ({ signal }) =>
      data<Schemas['Audit']>(api.GET('/v1/audit', { params: { query: { ...filter, limit: 200 } }, signal })),
    placeholderData: keepPreviousData,
  });
