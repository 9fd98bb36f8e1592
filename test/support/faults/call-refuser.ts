import { once } from 'node:events';
import { type ClientHttp2Session, connect, createServer, type Http2Server, type ServerHttp2Stream } from 'node:http2';
import type { AddressInfo } from 'node:net';

/** Status codes of gRPC. */
export const REFUSALS = { UNIMPLEMENTED: 12, PERMISSION_DENIED: 7 } as const;

/** Stands before a Temporal server and refuses some of its calls by name, as older or guarded servers do. */
export class CallRefuser {
  private readonly sessions = new Set<{ destroy(): void }>();
  /** Calls that were refused, in their order. */
  readonly refused: string[] = [];
  status: number = REFUSALS.UNIMPLEMENTED;

  private constructor(
    private readonly server: Http2Server,
    private readonly calls: readonly string[],
  ) {}

  static async start(targetPort: number, calls: readonly string[]): Promise<CallRefuser> {
    const server = createServer();
    const refuser = new CallRefuser(server, calls);
    server.on('session', (session) => {
      const target = connect(`http://127.0.0.1:${targetPort}`);
      refuser.sessions.add(session).add(target);
      target.on('error', () => session.destroy());
      session.on('error', () => target.destroy());
      session.on('close', () => target.destroy());
      session.on('stream', (stream, headers) => refuser.relay(stream, headers, target));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return refuser;
  }

  get address(): string {
    return `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    for (const session of this.sessions) session.destroy();
    this.server.close();
    await once(this.server, 'close');
  }

  private relay(stream: ServerHttp2Stream, headers: Record<string, unknown>, target: ClientHttp2Session): void {
    const call = String(headers[':path']).split('/').at(-1) ?? '';
    stream.on('error', () => undefined);
    if (this.calls.includes(call)) {
      this.refused.push(call);
      const status = { 'grpc-status': String(this.status), 'grpc-message': `no ${call} here` };
      stream.respond({ ':status': 200, 'content-type': 'application/grpc', ...status }, { endStream: true });
      return;
    }
    const { ':authority': _authority, ':scheme': _scheme, ...kept } = headers;
    const request = target.request(kept as Record<string, string>);
    request.on('error', () => stream.destroy());
    request.on('response', (answer) => {
      stream.respond(answer, { waitForTrailers: true });
    });
    let trailers: Record<string, string> = {};
    request.on('trailers', (last) => {
      trailers = last as Record<string, string>;
    });
    stream.on('wantTrailers', () => stream.sendTrailers(trailers));
    stream.on('close', () => request.close());
    stream.pipe(request);
    request.pipe(stream);
  }
}
