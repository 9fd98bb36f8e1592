import createClient, { type Middleware } from 'openapi-fetch';
import type { components, paths } from './schema';

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
export class ApiAway extends Error {
  override readonly name = 'ApiAway';
}

const problems: Middleware = {
  async onResponse({ response }) {
    if (response.ok) return undefined;
    const problem = (await response
      .clone()
      .json()
      .catch(() => ({}))) as Partial<Schemas['Problem']>;
    const message = problem.detail ?? problem.title ?? `The API answered ${response.status}.`;
    throw new ApiError(response.status, problem.code ?? 'unknown', message, problem);
  },
  onError({ error }) {
    if (error instanceof ApiError) return error;
    return new ApiAway(error instanceof Error ? error.message : 'The API cannot be reached.');
  },
};

export const api = createClient<paths>({ baseUrl: '' });
api.use(problems);

/** The body of an answer; errors have been thrown by then. */
export async function data<T>(answer: Promise<{ data?: unknown }>): Promise<T> {
  return (await answer).data as T;
}
