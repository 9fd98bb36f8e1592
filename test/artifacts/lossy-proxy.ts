import { createServer, type IncomingMessage, request, type Server } from 'node:http';
import { close, listen, portOf } from '../support/servers/loopback';

/** An HTTP proxy in front of a server on loopback that can lose an answer: what was asked for happens, nobody learns of it. */
export class LossyProxy {
  /** Answers lost so far. */
  lost = 0;
  private losing: ((request: IncomingMessage) => boolean) | undefined;

  private constructor(private readonly server: Server) {}

  static async start(target: () => number): Promise<LossyProxy> {
    const server = createServer();
    const proxy = new LossyProxy(server);
    server.on('request', (incoming, outgoing) => {
      const { method, url, headers } = incoming;
      const onward = request({ host: '127.0.0.1', port: target(), method, path: url, headers }, (answer) => {
        if (proxy.losing?.(incoming)) {
          proxy.losing = undefined;
          proxy.lost++;
          answer.resume();
          answer.on('end', () => incoming.socket.destroy());
          return;
        }
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
      });
      onward.on('error', () => incoming.socket.destroy());
      incoming.pipe(onward);
    });
    await listen(server);
    return proxy;
  }

  get endpoint(): string {
    return `http://127.0.0.1:${portOf(this.server)}`;
  }

  /** Loses the answer to the next request that is like this. */
  loseNext(like: (request: IncomingMessage) => boolean): void {
    this.losing = like;
  }

  async stop(): Promise<void> {
    await close(this.server);
  }
}
