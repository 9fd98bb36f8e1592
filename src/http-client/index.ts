import { seconds } from './duration';
import { RequestRefused } from './errors';
import { FollowedRun } from './follow';
import { type ClientOptions, Requests } from './request';
import type {
  InputOf,
  Message,
  MessageOptions,
  OutputOf,
  Run,
  SubmitOptions,
  TaskLike,
  TaskSnapshot,
  TasksClient,
} from './types';

export type { Duration } from './duration';
export { RequestRefused, StillOpen, TaskFailed } from './errors';
export type { ClientOptions } from './request';
export type * from './types';

/**
 * Names a task type where its module must not be loaded, with its handler's libraries: in a browser, in another service.
 * `import type` brings the types: `named<typeof invoiceRender>('invoice.render')`.
 */
export function named<T extends TaskLike>(type: T['type']): T {
  // Clients read nothing but the name; the rest is there for the compiler.
  return { type } as T;
}

/** Submissions of one `submitAll` that are under way at once. */
const AT_ONCE = 10;

/**
 * Tasks over HTTP: needs `fetch` and nothing else, so it runs in Node, Bun, Deno, at the edge and in browsers. A
 * submission has a key, the caller's or one made for it, so that a call that is lost is made again without a second task.
 */
export class HoldfastClient implements TasksClient {
  private readonly requests: Requests;

  constructor(options: ClientOptions) {
    this.requests = new Requests(options);
  }

  async submit<T extends TaskLike>(
    { type }: T,
    input: InputOf<T>,
    { key = crypto.randomUUID(), runAt, delay, ...options }: SubmitOptions = {},
  ): Promise<Run<OutputOf<T>>> {
    const { status, body } = await this.requests.call<TaskSnapshot>({
      method: 'POST',
      path: '/v1/tasks',
      headers: { 'Idempotency-Key': quoted(key) },
      body: {
        type,
        input,
        ...options,
        ...(runAt && { runAt: runAt.toISOString() }),
        ...(delay !== undefined && { delay: seconds(delay, 'delay') }),
      },
    });
    return this.run<T>(body.id, status === 200);
  }

  async submitAll<T extends TaskLike>(
    task: T,
    items: readonly { input: InputOf<T>; options?: SubmitOptions }[],
  ): Promise<Run<OutputOf<T>>[]> {
    const runs: Run<OutputOf<T>>[] = [];
    for (let from = 0; from < items.length; from += AT_ONCE) {
      const some = items.slice(from, from + AT_ONCE);
      runs.push(...(await Promise.all(some.map(({ input, options }) => this.submit(task, input, options)))));
    }
    return runs;
  }

  async find<T extends TaskLike>(task: T, key: string, tenant?: string): Promise<Run<OutputOf<T>> | undefined> {
    const query = new URLSearchParams({ type: task.type, key, ...(tenant && { tenant }) });
    try {
      const { body } = await this.requests.call<TaskSnapshot>({ path: `/v1/tasks?${query}` });
      return this.run<T>(body.id, true);
    } catch (error) {
      if (error instanceof RequestRefused && error.code === 'task-not-found') return undefined;
      throw error;
    }
  }

  async read(id: string): Promise<TaskSnapshot> {
    return (await this.requests.call<TaskSnapshot>({ path: pathOf(id) })).body;
  }

  async *list(filter: Readonly<Record<string, string>> = {}): AsyncGenerator<TaskSnapshot> {
    let cursor: string | undefined;
    do {
      const query = new URLSearchParams({ ...filter, limit: '100', ...(cursor && { cursor }) });
      const { body } = await this.requests.call<{ tasks: TaskSnapshot[]; cursor?: string }>({
        path: `/v1/tasks?${query}`,
      });
      yield* body.tasks;
      cursor = body.cursor;
    } while (cursor);
  }

  async send(id: string, message: Message, options: MessageOptions = {}): Promise<TaskSnapshot> {
    const path = `${pathOf(id)}/${message}`;
    return (await this.requests.call<TaskSnapshot>({ method: 'POST', path, body: options })).body;
  }

  /** Uploads a file. @returns Its hash, which inputs name as `{ artifact: hash }`. */
  async upload(
    bytes: Blob | ArrayBuffer | Uint8Array<ArrayBuffer>,
    mediaType = 'application/octet-stream',
  ): Promise<string> {
    const { body } = await this.requests.call<{ hash: string }>({
      method: 'POST',
      path: '/v1/files',
      headers: { 'Content-Type': mediaType },
      bytes,
    });
    return body.hash;
  }

  private run<T extends TaskLike>(id: string, duplicate: boolean): Run<OutputOf<T>> {
    return new FollowedRun<OutputOf<T>>(id, duplicate, () => this.read(id));
  }
}

function pathOf(id: string): string {
  return `/v1/tasks/${encodeURIComponent(id)}`;
}

/** A quoted string (RFC 8941): so any key that the API takes is sent as it is. */
function quoted(key: string): string {
  if (!/^[\x20-\x7e]+$/.test(key)) {
    throw new RequestRefused(400, 'invalid-request', 'An idempotency key has printable ASCII characters only.');
  }
  return `"${key.replace(/[\\"]/g, '\\$&')}"`;
}
