import { request as ask, createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { siteFault } from '../api/http/guard';
import { listen } from '../listen';

export interface GuardedUiOptions {
  host: string;
  port: number;
  /** Where the Web UI itself listens. */
  backend: { host: string; port: number };
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
 * here (DNS rebinding) could read and start everything. Who may use the API may use it.
 */
export class GuardedUi {
  private constructor(private readonly server: Server) {}

  /** @throws StartError when the port is in use. */
  static async open({ host, port, backend }: GuardedUiOptions): Promise<GuardedUi> {
    const server = createServer(LIMITS, (request, response) => pass(request, response, backend));
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
  const fault = siteFault(request);
  if (fault) {
    answer(response, fault.status, fault.message);
    return;
  }
  const { method, url, headers } = request;
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

function answer(response: ServerResponse, status: number, text: string): void {
  if (response.headersSent) response.destroy();
  else response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8' }).end(`${text}\n`);
}
