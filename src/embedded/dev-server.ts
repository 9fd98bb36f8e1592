import { SEARCH_ATTRIBUTE_TYPES } from '../client/temporal/search-attributes';
import { answers } from './answers';

export interface DevServerOptions {
  port: number;
  /** Where the Web UI listens, and where its pages have payloads decrypted. Defaults to no Web UI. */
  ui?: { host: string; port: number; codec?: string };
  /** Port of the server's own metrics. Defaults to one that is free. */
  metricsPort?: number;
  /** File that keeps everything. Defaults to memory. */
  dbFilename?: string;
}

/** How the server differs from a stock one. The cluster's own file, deploy/compose/dynamic-config.yaml, says the same. */
export const DYNAMIC_CONFIG: Readonly<Record<string, boolean | number>> = {
  'matching.enableFairness': true,
  // Priority is exact only within one partition.
  'matching.numTaskqueueReadPartitions': 1,
  'matching.numTaskqueueWritePartitions': 1,
  // The columns of PostgreSQL hold no longer IDs; one that is too long should fail here already.
  'limit.maxIDLength': 255,
};

/** Arguments of `temporal` for the development server of `npm start`, tests and benchmarks: on 127.0.0.1, namespace `default`. */
export function devServerArguments({ port, ui, dbFilename, metricsPort }: DevServerOptions): string[] {
  // Registering at creation spares the first tasks the server's cache of attributes, which lags by a minute.
  const attributes = Object.entries(SEARCH_ATTRIBUTE_TYPES).map(([name, type]) => `${name}=${type}`);
  return [
    ...['server', 'start-dev', '--ip', '127.0.0.1', '--port', String(port), '--log-level', 'warn'],
    ...(ui ? ['--ui-ip', ui.host, '--ui-port', String(ui.port), '--ui-disable-news-fetch'] : ['--headless']),
    ...(ui?.codec ? ['--ui-codec-endpoint', ui.codec] : []),
    ...(metricsPort ? ['--metrics-port', String(metricsPort)] : []),
    ...(dbFilename ? ['--db-filename', dbFilename] : []),
    ...(dbFilename ? ['--sqlite-pragma', 'journal_mode=WAL', '--sqlite-pragma', 'synchronous=NORMAL'] : []),
    ...Object.entries(DYNAMIC_CONFIG).flatMap(([name, value]) => ['--dynamic-config-value', `${name}=${value}`]),
    // Its HTTP API takes what any page in a browser can send to a port of this host. Nothing here needs it, and no
    // browser comes by a name that stands for no host.
    ...['--dynamic-config-value', 'frontend.httpAllowedHosts=["closed.invalid"]'],
    ...attributes.flatMap((attribute) => ['--search-attribute', attribute]),
  ];
}

/**
 * Whether the server behind this Web UI answers for the namespace; the port alone opens earlier.
 * @param patience Seconds to wait for the answer. Defaults to 2.
 */
export function devServerIsReady({ host, port }: { host: string; port: number }, patience?: number): Promise<boolean> {
  return answers(`http://${host}:${port}/api/v1/namespaces/default`, patience);
}
