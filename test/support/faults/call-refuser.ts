import {
  type ClientHttp2Session,
  connect,
  createServer,
  type Http2Server,
  type IncomingHttpHeaders,
  type ServerHttp2Stream,
} from 'node:http2';
import { close, listen, portOf } from '../servers/loopback';

/** Status codes of gRPC by which servers refuse. */
export const REFUSALS = { PERMISSION_DENIED: 7, UNIMPLEMENTED: 12, UNAUTHENTICATED: 16 } as const;

const NOTHING = /(?!)/;

/** Stands before a Temporal server and refuses some of its calls, as older servers do, and those that give a caller fewer rights. */
export class CallRefuser {
  /** Calls that are refused, by their path: `/temporal.api…OperatorService/AddSearchAttributes`. */
  denied: RegExp = NOTHING;
  status: keyof typeof REFUSALS = 'PERMISSION_DENIED';
  /** Paths of the calls that came. */
  readonly asked = new Set<string>();
  /** Names of the calls that were refused, in their order. */
  readonly refused: string[] = [];
  private readonly sessions = new Set<{ destroy(): void }>();

  private constructor(private readonly server: Http2Server) {}

  static async start(targetPort: number): Promise<CallRefuser> {
    const server = createServer();
    const refuser = new CallRefuser(server);
    server.on('session', (session) => {
      const target = connect(`http://127.0.0.1:${targetPort}`);
      refuser.sessions.add(session).add(target);
      target.on('error', () => session.destroy());
      session.on('error', () => target.destroy());
      session.on('close', () => target.destroy());
      session.on('stream', (stream, headers) => refuser.relay(stream, headers, target));
    });
    await listen(server);
    return refuser;
  }

  get address(): string {
    return `127.0.0.1:${portOf(this.server)}`;
  }

  /** Refuses nothing, as in the beginning. */
  reset(): void {
    this.denied = NOTHING;
    this.status = 'PERMISSION_DENIED';
  }

  async close(): Promise<void> {
    for (const session of this.sessions) session.destroy();
    await close(this.server);
  }

  private relay(stream: ServerHttp2Stream, headers: IncomingHttpHeaders, target: ClientHttp2Session): void {
    const path = String(headers[':path']);
    this.asked.add(path);
    stream.on('error', () => undefined);
    if (this.denied.test(path)) {
      this.refused.push(path.split('/').at(-1) ?? '');
      const status = { 'grpc-status': REFUSALS[this.status], 'grpc-message': 'Request unauthorized.' };
      stream.resume();
      stream.respond({ ':status': 200, 'content-type': 'application/grpc', ...status }, { endStream: true });
      return;
    }
    const { ':authority': _authority, ':scheme': _scheme, ...kept } = headers;
    const call = target.request(kept);
    call.on('error', () => stream.destroy());
    call.on('response', (answer) => {
      // One that fails at once has its status here, and no trailers.
      if (answer['grpc-status'] !== undefined) {
        stream.respond(answer, { endStream: true });
        return;
      }
      stream.respond(answer, { waitForTrailers: true });
      stream.on('wantTrailers', () => stream.sendTrailers(trailers));
      call.pipe(stream);
    });
    let trailers = {};
    call.on('trailers', (last) => {
      trailers = last;
    });
    stream.on('close', () => call.close());
    stream.pipe(call);
  }
}
