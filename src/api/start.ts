import { once } from 'node:events';
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { AuditLog } from '../access/audit';
import { Keys } from '../access/keys';
import { SubmissionCounts } from '../client/submit/submission-counts';
import { listen } from '../listen';
import { checkExposure } from './access/exposure';
import { createApp } from './app';
import type { ApiOptions } from './deps';
import { answerClientError } from './http/client-error';
import { evictIdle } from './http/connections';
import { holdContinue } from './http/expectation';

export interface ApiAddress {
  host: string;
  /** 0: any free port. */
  port: number;
}

export interface RunningApi {
  url: string;
  /** Takes no more requests, ends waits and streams, and resolves when the last answer is out. */
  close(): Promise<void>;
}

/** Times in milliseconds. */
const SERVER_OPTIONS = {
  headersTimeout: 10_000,
  // A whole upload fits into it; JSON bodies and silent uploads have limits of their own.
  requestTimeout: 600_000,
  keepAliveTimeout: 30_000,
  connectionsCheckingInterval: 2000,
  // The guard refuses a missing Host in the same form as a wrong one.
  requireHostHeader: false,
};
const MOST_CONNECTIONS = 2000;
/** Longest silence on a connection while a request runs; the longest wait is a minute. */
const SILENT_MS = 150_000;
/** How long running requests may still take when the API closes, in milliseconds. */
const GRACE_MS = 6000;
/** An API process reports its submissions to the alerts this often at most. */
const REPORT_SECONDS = 60;

/** Starts the API. @throws StartError when the port is in use, or the address is open to others and nothing guards it. */
export async function startApi({ host, port, ...options }: ApiOptions & ApiAddress): Promise<RunningApi> {
  const closing = new AbortController();
  const { tasks, logger, reportInterval = REPORT_SECONDS } = options;
  const counts = new SubmissionCounts(tasks.alerts, reportInterval, (err) =>
    logger.warn({ err }, 'submissions could not be reported to the alerts'),
  );
  const { entries } = options.artifacts;
  const keys = options.keys ?? new Keys(entries);
  const audit = new AuditLog(entries, (err) => logger.warn({ err }, 'the audit log could not be written'));
  await checkExposure(host, options, keys);
  const app = createApp({ ...options, keys, audit }, closing.signal, counts);
  const { tls } = options;
  const server = tls ? createTlsServer({ ...SERVER_OPTIONS, ...tls }, app) : createServer(SERVER_OPTIONS, app);
  server.maxConnections = MOST_CONNECTIONS;
  server.timeout = SILENT_MS;
  server.on('clientError', answerClientError);
  evictIdle(server, MOST_CONNECTIONS);
  holdContinue(server);
  await listen(server, {
    host,
    port,
    use: 'the API, HOLDFAST_PORT',
    todo: 'End what listens there, or set another port.',
  });
  const url = `${tls ? 'https' : 'http'}://${host.includes(':') ? `[${host}]` : host}:${(server.address() as AddressInfo).port}`;
  logger.info({ url }, 'API listens');
  return {
    url,
    close: async () => {
      closing.abort();
      const closed = once(server, 'close');
      server.close();
      const impatience = setTimeout(() => server.closeAllConnections(), GRACE_MS);
      await closed;
      clearTimeout(impatience);
      await Promise.all([counts.report(), audit.flush()]);
    },
  };
}
