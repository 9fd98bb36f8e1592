import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import { Webhook } from 'standardwebhooks';
import { close, listen, portOf } from './loopback';

interface Received {
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
  /** What it was answered; 0 while nobody has. */
  status: number;
}

/** A request that was taken, its JSON read. */
interface Post {
  headers: IncomingHttpHeaders;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into every field.
  body: any;
}

type Behave = (response: ServerResponse, received: Received) => void | Promise<void>;

/** A receiver of webhooks: a real server on loopback that keeps a log of its own. */
export class WebhookReceiver {
  /** Every request, in the order in which their bodies had arrived. */
  readonly log: Received[] = [];

  private constructor(
    private readonly server: Server,
    private behave: Behave,
  ) {}

  /** @param behave How it answers. Defaults to 200 "ok". */
  static async start(behave: Behave = (response) => void response.end('ok')): Promise<WebhookReceiver> {
    const server = createServer(async (request, response) => {
      const pieces: Buffer[] = [];
      for await (const piece of request) pieces.push(piece as Buffer);
      const received: Received = {
        path: request.url ?? '',
        headers: request.headers,
        body: Buffer.concat(pieces).toString('utf8'),
        status: 0,
      };
      receiver.log.push(received);
      await receiver.behave(response, received);
      received.status = response.statusCode;
    });
    const receiver = new WebhookReceiver(server, behave);
    await listen(server);
    return receiver;
  }

  get port(): number {
    return portOf(this.server);
  }

  url(path = '/'): string {
    return `http://127.0.0.1:${this.port}${path}`;
  }

  /** Requests for a path. */
  at(path: string): Received[] {
    return this.log.filter((received) => received.path === path);
  }

  /** What it answered with 2xx. */
  get posts(): Post[] {
    const taken = this.log.filter(({ status }) => status >= 200 && status < 300);
    return taken.map(({ headers, body }) => ({ headers, body: JSON.parse(body) }));
  }

  /** How many requests it answered otherwise. */
  get refused(): number {
    return this.log.filter(({ status }) => status >= 300).length;
  }

  /** @param behave A status alone, or how it answers. */
  answers(behave: Behave | number): void {
    this.behave = typeof behave === 'function' ? behave : (response) => void response.writeHead(behave).end();
  }

  async close(): Promise<void> {
    await close(this.server);
  }
}

/** What the receivers' own library says of a request: its payload; throws when the signature is not the secret's. */
export function verified({ body, headers }: Received, secret: string): unknown {
  return new Webhook(secret).verify(body, headers as Record<string, string>);
}
