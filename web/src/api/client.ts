import createClient, { type Middleware } from 'openapi-fetch';
import { texts } from '../texts';
import type { components, paths } from './schema';
import { markSignedOut, writeHeaders } from './session';

export type Schemas = components['schemas'];
export type Task = Schemas['Task'];
export type TaskState = Task['state'];

/** What the API refused, in its own words. */
export class ApiError extends Error {
  override readonly name = 'ApiError';

  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly problem: Partial<Schemas['Problem']> = {},
  ) {
    super(message);
  }
}

/** The API could not be reached, or is starting: what was known stays on the page. */
class ApiAway extends Error {
  override readonly name = 'ApiAway';
}

const problems: Middleware = {
  async onRequest({ request }) {
    if (request.method === 'GET' || request.method === 'HEAD') return;
    for (const [name, value] of Object.entries(await writeHeaders())) request.headers.set(name, value);
  },
  async onResponse({ response }) {
    if (response.ok) return undefined;
    if (response.status === 401) markSignedOut(true);
    // A proxy that finds nobody behind it answers so.
    if (response.status === 502 || response.status === 504) throw new ApiAway(texts.parts.apiUnreachable);
    const problem = (await response
      .clone()
      .json()
      .catch(() => ({}))) as Partial<Schemas['Problem']>;
    const message = problem.detail ?? problem.title ?? texts.parts.apiAnswered(response.status);
    throw new ApiError(response.status, problem.code ?? 'unknown', message, problem);
  },
  onError({ error }) {
    if (error instanceof ApiError) return error;
    return new ApiAway(error instanceof Error ? error.message : texts.parts.apiUnreachable);
  },
};

export const api = createClient<paths>({ baseUrl: '' });
api.use(problems);

/** The body of an answer; errors have been thrown by then. */
export async function data<T>(answer: Promise<{ data?: unknown }>): Promise<T> {
  return (await answer).data as T;
}

/** For what the API's document may not have yet; errors are the same. */
export async function call<T>(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<T> {
  const answer = await api.request(
    method as 'get',
    path as never,
    {
      ...(body !== undefined && { body }),
      ...(signal && { signal }),
    } as never,
  );
  return (answer as { data?: unknown }).data as T;
}

/** Whether an endpoint is not there (an older API), or there but forbidden. */
export function isAbsent(error: unknown): boolean {
  return error instanceof ApiError && (error.status === 404 || error.status === 405);
}
