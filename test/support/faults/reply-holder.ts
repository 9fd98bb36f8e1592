import { connect, createServer, type Server, type Socket } from 'node:net';
import { close, listen, portOf } from '../servers/loopback';

/** A request on its way, and what lets it go on. */
export interface HeldRequest {
  /** Settles once the request has come. */
  arrived: Promise<void>;
  release(): void;
}

/**
 * A TCP relay that can keep the server's replies to itself: what was asked for happens, and nobody learns of it. It can hold
 * up a request too, until the test lets it go on.
 */
export class ReplyHolder {
  private holding = false;
  private trigger: string | undefined;
  private stop: { words: string; last: boolean; arrive(): void; released: Promise<void> } | undefined;
  private readonly sockets = new Set<Socket>();

  private constructor(private readonly server: Server) {}

  static async start(targetPort: number): Promise<ReplyHolder> {
    const server = createServer();
    const holder = new ReplyHolder(server);
    server.on('connection', (client) => holder.relay(client, connect(targetPort, '127.0.0.1')));
    await listen(server);
    return holder;
  }

  get address(): string {
    return `127.0.0.1:${portOf(this.server)}`;
  }

  /** From now on no reply comes through; requests still do. */
  hold(): void {
    this.holding = true;
  }

  /** The same, from the request that has these words. */
  holdFrom(words: string): void {
    this.trigger = words;
  }

  /**
   * Holds the next request that has these words, and what follows it on its connection.
   * @param last Whether nothing that follows ever goes on: its caller cannot take it back.
   */
  holdRequest(words: string, last = false): HeldRequest {
    let [arrive, release] = [() => {}, () => {}];
    const arrived = new Promise<void>((resolve) => {
      arrive = resolve;
    });
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    this.stop = { words, last, arrive, released };
    return { arrived, release };
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await close(this.server);
  }

  private relay(client: Socket, target: Socket): void {
    for (const socket of [client, target]) {
      this.sockets.add(socket);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => {
        client.destroy();
        target.destroy();
      });
    }
    let before: Promise<unknown> = Promise.resolve();
    let cut = false;
    client.on('data', (data) => {
      if (this.trigger !== undefined && data.includes(this.trigger)) this.holding = true;
      if (this.stop && data.includes(this.stop.words)) {
        this.stop.arrive();
        before = this.stop.released.then(() => target.write(data));
        cut = this.stop.last;
        this.stop = undefined;
      } else if (!cut) {
        before = before.then(() => target.write(data));
      }
    });
    target.on('data', (data) => {
      if (!this.holding) client.write(data);
    });
  }
}
