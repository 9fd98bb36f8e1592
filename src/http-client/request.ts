import { RequestRefused } from './errors';

export interface ClientOptions {
  /** Address of the API: `https://tasks.example.com`. */
  url: string;
  /** API key. Defaults to none, for an API on loopback without keys. */
  key?: string;
  /** Defaults to the platform's. */
  fetch?: typeof fetch;
  /** Longest time for one call, in seconds. Defaults to 30. */
  timeout?: number;
  /** Tries of a call that did not come through, the first one included. Defaults to 8, which outlasts a restart of the API. */
  tries?: number;
}

interface Call {
  method?: string;
  path: string;
  body?: unknown;
  headers?: Record<string, string>;
  /** Bytes in place of JSON. */
  bytes?: Blob | ArrayBuffer | Uint8Array<ArrayBuffer>;
}

/** Answers after which the same call may come through. */
const AGAIN = [429, 502, 503, 504];
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 8000;

/** Calls the API, and again when it was away: every call it makes may be repeated. */
export class Requests {
  private readonly base: string;

  constructor(private readonly options: ClientOptions) {
    this.base = options.url.replace(/\/+$/, '');
  }

  /** @throws RequestRefused for what the API refuses; the platform's own error when it cannot be reached at all. */
  async call<T>(call: Call): Promise<{ status: number; body: T }> {
    const { tries = 8 } = this.options;
    for (let attempt = 1; ; attempt++) {
      const last = attempt >= tries;
      const response = await this.once(call).catch((error: unknown): undefined => {
        if (last) throw error;
      });
      if (response && (last || !AGAIN.includes(response.status)))
        return { status: response.status, body: await read(response) };
      await response?.body?.cancel();
      await new Promise((resolve) => setTimeout(resolve, pauseAfter(attempt, response)));
    }
  }

  private once({ method = 'GET', path, body, headers = {}, bytes }: Call): Promise<Response> {
    const { key, timeout = 30, fetch: send = fetch } = this.options;
    const content = bytes ?? (body === undefined ? undefined : JSON.stringify(body));
    return send(`${this.base}${path}`, {
      method,
      headers: {
        ...(key && { Authorization: `Bearer ${key}` }),
        ...(body !== undefined && { 'Content-Type': 'application/json' }),
        ...headers,
      },
      ...(content !== undefined && { body: content }),
      signal: AbortSignal.timeout(timeout * 1000),
    });
  }
}

function pauseAfter(attempt: number, response: Response | undefined): number {
  const asked = Number(response?.headers.get('Retry-After'));
  if (asked > 0) return Math.min(asked * 1000, LONGEST_PAUSE_MS);
  const pause = Math.min(FIRST_PAUSE_MS * 2 ** (attempt - 1), LONGEST_PAUSE_MS);
  return pause * (0.5 + Math.random() / 2);
}

async function read<T>(response: Response): Promise<T> {
  const text = await response.text();
  const body = parse(text);
  if (response.ok) return body as T;
  const problem = (body ?? {}) as { code?: string; detail?: string; title?: string };
  const message = problem.detail ?? problem.title ?? `The API answered ${response.status}.`;
  throw new RequestRefused(response.status, problem.code ?? 'unknown', message, problem as Record<string, unknown>);
}

function parse(text: string): unknown {
  try {
    return text === '' ? undefined : (JSON.parse(text) as unknown);
  } catch {
    return undefined;
  }
}
