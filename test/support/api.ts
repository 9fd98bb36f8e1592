import type { ApiOptions } from '../../src/api/deps';
import { type ApiAddress, type RunningApi, startApi } from '../../src/api/start';
import type { TaskView } from '../../src/client/read/view';
import { TaskClient } from '../../src/client/task-client';
import { createLogger } from '../../src/logging';
import { fileContract } from './file-task';
import type { Harness } from './harness';
import { probeContracts } from './probe-tasks';

export const API_CONTRACTS = [...probeContracts, fileContract];

export interface Answered {
  status: number;
  headers: Headers;
  /** The body, parsed when it is JSON. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape.
  body: any;
}

export interface Asked {
  headers?: Record<string, string>;
  /** Sent as JSON. */
  json?: unknown;
  /** Sent as it is. */
  raw?: string | Uint8Array | ReadableStream;
}

/** The HTTP API on a real Temporal server, and a caller of it. */
export class TestApi {
  private constructor(private readonly running: RunningApi) {}

  static async start(harness: Harness, options: Partial<ApiOptions & ApiAddress> = {}): Promise<TestApi> {
    const { temporal: client, artifacts } = harness;
    // Test machines are slow; what must be quick has tests of its own, with the real deadline.
    const deadline = 10;
    const running = await startApi({
      host: '127.0.0.1',
      port: 0,
      tasks: new TaskClient({ client, contracts: API_CONTRACTS, artifacts, deadline }),
      contracts: API_CONTRACTS,
      artifacts,
      deadline,
      logger: createLogger('silent', 'test'),
      maxUploadBytes: 1024 * 1024,
      ...options,
    });
    return new TestApi(running);
  }

  get url(): string {
    return this.running.url;
  }

  close(): Promise<void> {
    return this.running.close();
  }

  async get(path: string, headers: Record<string, string> = {}): Promise<Answered> {
    return this.call('GET', path, { headers });
  }

  async post(path: string, json?: unknown, headers: Record<string, string> = {}): Promise<Answered> {
    return this.call('POST', path, { headers, ...(json !== undefined && { json }) });
  }

  async call(method: string, path: string, { headers = {}, json, raw }: Asked = {}): Promise<Answered> {
    const response = await fetch(`${this.url}${path}`, {
      method,
      headers: { ...(json !== undefined && { 'Content-Type': 'application/json' }), ...headers },
      ...(raw !== undefined && { body: raw, duplex: 'half' }),
      ...(json !== undefined && { body: JSON.stringify(json) }),
    } as Parameters<typeof fetch>[1]);
    const text = await response.text();
    const isJson = /\bjson/.test(response.headers.get('Content-Type') ?? '');
    return { status: response.status, headers: response.headers, body: isJson && text ? JSON.parse(text) : text };
  }

  /** Submits a task that must be accepted. */
  async submit(
    type: string,
    input: unknown,
    more: object = {},
    headers: Record<string, string> = {},
  ): Promise<TaskView> {
    const { status, body } = await this.post('/v1/tasks', { type, input, ...more }, headers);
    if (status >= 300) throw new Error(`Submission answered ${status}: ${JSON.stringify(body)}`);
    return body as TaskView;
  }

  task(id: string): string {
    return `/v1/tasks/${encodeURIComponent(id)}`;
  }
}
