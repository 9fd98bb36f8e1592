import { readFile, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { close, listen, portOf } from '../../support/servers/loopback';

/** What an address answers, and how often; with 200 from then on. */
interface Behaviour {
  /** The task that asks: each is counted for itself. */
  name: string;
  /** Defaults to 0. */
  times?: number;
  status?: string | 'none';
}

/** Statuses that come with a `Retry-After` of a second. */
const ASK_TO_WAIT = ['429', '503'];
/** How long it takes a person to set what is missing, in milliseconds. */
const PERSON_MS = 500;

/** What is around the handlers: an HTTP server, and a person who minds the settings. */
export class Outside {
  /** An address at which nothing listens: no test is ever given such a low port. */
  static readonly REFUSES = 'http://127.0.0.1:2/';
  private readonly asked = new Map<string, number>();
  private readonly errands: Promise<void>[] = [];

  private constructor(private readonly server: Server) {}

  static async start(): Promise<Outside> {
    const server = createServer();
    const outside = new Outside(server);
    server.on('request', (request, response) => outside.answer(request, response));
    await listen(server);
    return outside;
  }

  address({ name, times = 0, status = '200' }: Behaviour): string {
    return `http://127.0.0.1:${portOf(this.server)}/?${new URLSearchParams({ name, times: String(times), status })}`;
  }

  /** @throws What `fetch` throws, and an error with the response when that is not 2xx. */
  async call(address: string, signal: AbortSignal): Promise<void> {
    const response = await fetch(address, { signal });
    await response.body?.cancel();
    if (!response.ok) throw Object.assign(new Error(`The other side answered ${response.status}`), { response });
  }

  /** Reads a setting. @param minded Somebody hears of it when it is missing, and sets it. @throws ENOENT. */
  async setting(file: string, minded: boolean): Promise<string> {
    try {
      return await readFile(file, 'utf8');
    } catch (error) {
      if (minded) this.errands.push(sleep(PERSON_MS).then(() => writeFile(file, 'set')));
      throw error;
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.errands);
    await close(this.server);
  }

  private answer({ url = '/' }: IncomingMessage, response: ServerResponse): void {
    const query = new URL(url, Outside.REFUSES).searchParams;
    const [name = '', times, status = ''] = ['name', 'times', 'status'].map((key) => query.get(key) ?? '');
    const count = (this.asked.get(name) ?? 0) + 1;
    this.asked.set(name, count);
    if (count > Number(times)) response.writeHead(200).end();
    else if (status !== 'none') {
      response.writeHead(Number(status), ASK_TO_WAIT.includes(status) ? { 'Retry-After': '1' } : {}).end();
    }
  }
}
