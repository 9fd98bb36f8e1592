import { Connection, type ConnectionOptions } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { retryInTime } from './grpc-retry';
import { limitVisibility } from './visibility-rate';

export interface ClientConnection {
  connection: Connection;
  namespace: string;
  /** Where the server is looked for. */
  address: string;
}

/** gRPC's own pauses between attempts to connect grow to two minutes: so long would a server that is back be missed. */
const RECONNECT = { 'grpc.initial_reconnect_backoff_ms': 200, 'grpc.max_reconnect_backoff_ms': 2000 };

/**
 * A connection for clients without a worker. It dials when first used, so an API may start before
 * Temporal does.
 * @param embeddedPort Port of the embedded server, used when TEMPORAL_ADDRESS names no other.
 * @param visibilityRate Calls a second to Visibility that this process makes at most. Defaults to eight.
 */
export function connectClient(embeddedPort: number, visibilityRate?: number): ClientConnection {
  const { connectionOptions, namespace = 'default' } = loadClientConnectConfig();
  const address = connectionOptions.address || `127.0.0.1:${embeddedPort}`;
  const connection = lazyConnection({ ...connectionOptions, address });
  limitVisibility(connection, visibilityRate, address);
  return { connection, namespace, address };
}

/** A connection that dials when first used, finds a server that was away quickly, and may be closed at any time. */
export function lazyConnection(options: ConnectionOptions): Connection {
  return Connection.lazy({ ...options, channelArgs: RECONNECT, interceptors: [retryInTime] });
}
