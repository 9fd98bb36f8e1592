import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

/** A TCP relay that can keep the server's replies to itself: what was asked for happens, and nobody is told. */
export class ReplyHolder {
  private holding = false;
  private trigger: string | undefined;
  private readonly sockets = new Set<Socket>();

  private constructor(private readonly server: Server) {}

  static async start(targetPort: number): Promise<ReplyHolder> {
    const server = createServer();
    const holder = new ReplyHolder(server);
    server.on('connection', (client) => holder.relay(client, connect(targetPort, '127.0.0.1')));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return holder;
  }

  get address(): string {
    return `127.0.0.1:${(this.server.address() as { port: number }).port}`;
  }

  /** From now on no reply comes through; requests still do. */
  hold(): void {
    this.holding = true;
  }

  /** The same, from the request that has these words. */
  holdFrom(words: string): void {
    this.trigger = words;
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    this.server.close();
    await once(this.server, 'close');
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
    client.on('data', (data) => {
      if (this.trigger !== undefined && data.includes(this.trigger)) this.holding = true;
    });
    client.pipe(target);
    target.on('data', (data) => {
      if (!this.holding) client.write(data);
    });
  }
}
