import {
  request as ask,
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { siteFault } from '../api/http/guard';
import { listen } from '../listen';
import { withoutProof } from './ui-visitors';

export interface GuardedUiOptions {
  host: string;
  port: number;
  /** Where the Web UI itself listens. */
  backend: { host: string; port: number };
  /** Whether somebody may come in. Defaults to everybody of this host. */
  mayEnter?: (headers: IncomingHttpHeaders) => Promise<boolean>;
}

const LIMITS = {
  headersTimeout: 10_000,
  requestTimeout: 60_000,
  connectionsCheckingInterval: 2000,
  requireHostHeader: false,
};
const MOST_CONNECTIONS = 200;
const SILENT_MS = 60_000;
/** Hop-by-hop headers (RFC 9110): this connection's business, not the next one's. */
const OWN_HEADERS = [
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'te',
  'trailer',
  'upgrade',
];

/**
 * Stands before Temporal's Web UI, which answers whoever asks: with it a page of any site that points a name of its own
 * here (DNS rebinding) could read and start everything.
 */
export class GuardedUi {
  private constructor(private readonly server: Server) {}

  /** @throws StartError when the port is in use. */
  static async open({ host, port, backend, mayEnter = async () => true }: GuardedUiOptions): Promise<GuardedUi> {
    const server = createServer(LIMITS, (request, response) => {
      const fault = siteFault(request);
      if (fault) return answer(response, fault.status, fault.message);
      mayEnter(request.headers).then(
        (may) => (may ? pass(request, response, backend) : refuse(response)),
        () => answer(response, 503, 'The keys cannot be read now; try again.'),
      );
    });
    server.maxConnections = MOST_CONNECTIONS;
    server.timeout = SILENT_MS;
    await listen(server, {
      host,
      port,
      use: 'the Web UI, HOLDFAST_UI_PORT',
      todo: 'End what listens there, or set another port.',
    });
    return new GuardedUi(server);
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => {
      this.server.close(() => resolve());
    });
    this.server.closeAllConnections();
    await closed;
  }
}

function pass(request: IncomingMessage, response: ServerResponse, { host, port }: GuardedUiOptions['backend']): void {
  const { method, url } = request;
  const headers = withoutProof(request.headers);
  const own = new Set([...OWN_HEADERS, ...(headers.connection?.toLowerCase().split(/\s*,\s*/) ?? [])]);
  const passed = Object.fromEntries(Object.entries(headers).filter(([name]) => !own.has(name)));
  const onward = ask({ host, port, method, path: url, headers: passed, agent: false }, (answered) => {
    const kept = Object.entries(answered.headers).filter(([name]) => !OWN_HEADERS.includes(name));
    response.writeHead(answered.statusCode ?? 502, Object.fromEntries(kept));
    answered.pipe(response);
    answered.once('error', () => response.destroy());
  });
  onward.once('error', () => answer(response, 502, 'The Web UI does not answer; it may be starting.'));
  response.once('close', () => onward.destroy());
  request.once('error', () => onward.destroy());
  request.pipe(onward);
}

/** Browsers ask for a name and a password then. */
function refuse(response: ServerResponse): void {
  response.setHeader('WWW-Authenticate', 'Basic realm="holdfast", charset="UTF-8"');
  const text =
    'For administrators only: sign in to the dashboard first, or give an API key with the scope admin as password.';
  answer(response, 401, text);
}

function answer(response: ServerResponse, status: number, text: string): void {
  if (response.headersSent) response.destroy();
  else response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8' }).end(`${text}\n`);
}
