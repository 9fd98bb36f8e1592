import { Connection } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';

export interface ClientConnection {
  connection: Connection;
  namespace: string;
}

/**
 * A connection for clients without a worker. It dials when first used, so an API may start before
 * Temporal does.
 * @param embeddedPort Port of the embedded server, used when TEMPORAL_ADDRESS names no other.
 */
export function connectClient(embeddedPort: number): ClientConnection {
  const { connectionOptions, namespace = 'default' } = loadClientConnectConfig();
  const address = connectionOptions.address ?? `127.0.0.1:${embeddedPort}`;
  return { connection: Connection.lazy({ ...connectionOptions, address }), namespace };
}
