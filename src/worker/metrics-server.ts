import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import type { Config } from '../config';
import { listen } from '../listen';
import { VERSION } from '../version';

export interface MetricsServer {
  close(): Promise<void>;
}

/** Scrapers need few, and nobody else should hold any. */
const MOST_CONNECTIONS = 50;
const LIMITS = { headersTimeout: 5000, requestTimeout: 5000, connectionsCheckingInterval: 1000 };

/**
 * Serves `GET /metrics` and `GET /health` of a process that has no API. It never keeps the process alive.
 * @returns `undefined` when the settings want none.
 * @throws StartError when the port is in use.
 */
export async function serveMetrics(
  { HOLDFAST_METRICS_HOST: host, HOLDFAST_METRICS_PORT: port }: Config,
  role: 'worker' | 'monitor',
  registry: Registry,
  logger: Logger,
): Promise<MetricsServer | undefined> {
  if (port === 0) return undefined;
  const server = createServer(LIMITS, (request, response) => {
    answer(`${request.method} ${request.url?.split('?')[0]}`, role, registry, response).catch((err: unknown) => {
      logger.error({ err }, 'metrics could not be collected');
      response.destroy();
    });
  });
  server.maxConnections = MOST_CONNECTIONS;
  await listen(server, {
    // It asks nobody for a key: the default is this host alone.
    host,
    port,
    use: 'the metrics, HOLDFAST_METRICS_PORT',
    todo: `Give this ${role} another port, or 0 for no metrics.`,
  });
  server.unref();
  const { address, port: bound } = server.address() as AddressInfo;
  logger.info({ address, port: bound }, 'metrics are served');
  return {
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

async function answer(asked: string, role: string, registry: Registry, response: ServerResponse): Promise<void> {
  if (asked === 'GET /metrics') {
    const text = await registry.metrics();
    response.writeHead(200, { 'Content-Type': registry.contentType }).end(text);
  } else if (asked === 'GET /health') {
    const body = JSON.stringify({ status: 'live', role, version: VERSION });
    response.writeHead(200, { 'Content-Type': 'application/json' }).end(body);
  } else {
    response.writeHead(404, { 'Content-Type': 'text/plain' }).end('Here are GET /metrics and GET /health.\n');
  }
}
