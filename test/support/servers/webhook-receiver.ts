import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';

interface Received {
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
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
      const received = {
        path: request.url ?? '',
        headers: request.headers,
        body: Buffer.concat(pieces).toString('utf8'),
      };
      receiver.log.push(received);
      await receiver.behave(response, received);
    });
    const receiver = new WebhookReceiver(server, behave);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return receiver;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  url(path = '/'): string {
    return `http://127.0.0.1:${this.port}${path}`;
  }

  /** Requests for a path. */
  at(path: string): Received[] {
    return this.log.filter((received) => received.path === path);
  }

  answers(behave: Behave): void {
    this.behave = behave;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }
}

/** What the receivers' own library says of a request: its payload; throws when the signature is not the secret's. */
export function verified({ body, headers }: Received, secret: string): unknown {
  return new Webhook(secret).verify(body, headers as Record<string, string>);
}
