import { once } from 'node:events';
import { type ClientHttp2Session, connect, createServer, type Http2Server, type ServerHttp2Session } from 'node:http2';

/** gRPC status codes by which servers refuse. */
export const REFUSALS = { PERMISSION_DENIED: '7', UNIMPLEMENTED: '12', UNAUTHENTICATED: '16' } as const;

/** A gRPC relay before a Temporal server that refuses some calls, as one that gives this caller fewer rights does. */
export class RightsProxy {
  /** Calls that are refused, by the end of their path: `OperatorService/AddSearchAttributes`, `/UpdateNamespace`. */
  denied: RegExp = /(?!)/;
  status: keyof typeof REFUSALS = 'PERMISSION_DENIED';
  /** Paths of the calls that came. */
  readonly asked = new Set<string>();
  private readonly sessions = new Set<ServerHttp2Session>();

  private constructor(
    private readonly server: Http2Server,
    private readonly target: ClientHttp2Session,
  ) {}

  static async start(targetPort: number): Promise<RightsProxy> {
    const target = connect(`http://127.0.0.1:${targetPort}`);
    target.on('error', () => undefined);
    const server = createServer();
    const proxy = new RightsProxy(server, target);
    server.on('session', (session) => {
      proxy.sessions.add(session);
      session.on('close', () => proxy.sessions.delete(session));
      session.on('error', () => undefined);
    });
    server.on('stream', (stream, headers) => proxy.relay(stream, headers));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return proxy;
  }

  get address(): string {
    return `127.0.0.1:${(this.server.address() as { port: number }).port}`;
  }

  async close(): Promise<void> {
    for (const session of this.sessions) session.destroy();
    this.target.destroy();
    this.server.close();
    await once(this.server, 'close');
  }

  private relay(
    stream: import('node:http2').ServerHttp2Stream,
    headers: import('node:http2').IncomingHttpHeaders,
  ): void {
    const path = String(headers[':path']);
    this.asked.add(path);
    stream.on('error', () => undefined);
    if (this.denied.test(path)) {
      stream.resume();
      stream.respond(
        {
          ':status': 200,
          'content-type': 'application/grpc',
          'grpc-status': REFUSALS[this.status],
          'grpc-message': 'Request unauthorized.',
        },
        { endStream: true },
      );
      return;
    }
    const call = this.target.request(headers);
    call.on('error', () => stream.close());
    call.on('response', (answered) => {
      if (answered['grpc-status'] !== undefined) {
        stream.respond(answered, { endStream: true });
        return;
      }
      stream.respond(answered, { waitForTrailers: true });
      stream.on('wantTrailers', () => stream.sendTrailers(trailers));
      call.pipe(stream);
    });
    let trailers = {};
    call.on('trailers', (sent) => {
      trailers = sent;
    });
    stream.on('close', () => call.close());
    stream.pipe(call);
  }
}
