import { loadClientConnectConfig } from '@temporalio/envconfig';
import { IllegalStateError, NativeConnection } from '@temporalio/worker';
import { limitVisibility } from '../client/temporal/visibility-rate';
import type { Config } from '../config';
import { StartError } from '../errors';

/** A worker's connection, and the namespace it is for. */
export interface WorkerConnection {
  connection: NativeConnection;
  namespace: string;
}

/**
 * Connects a worker to the Temporal server of TEMPORAL_ADDRESS, or to the embedded one.
 * @throws StartError when nothing answers.
 */
export async function connectWorker(config: Config): Promise<WorkerConnection> {
  const { connectionOptions, namespace = 'default' } = loadClientConnectConfig();
  const address = connectionOptions.address ?? `127.0.0.1:${config.HOLDFAST_TEMPORAL_PORT}`;
  try {
    const connection = await NativeConnection.connect({ ...connectionOptions, address });
    limitVisibility(connection, config.HOLDFAST_VISIBILITY_RATE, address);
    return { connection, namespace };
  } catch (cause) {
    throw new StartError(`Temporal does not answer at ${address}: start it, or set TEMPORAL_ADDRESS.`, { cause });
  }
}

/** Closes a worker's connection. A worker that the SDK could not dispose of keeps it until the process ends. */
export async function closeConnection(connection: NativeConnection): Promise<void> {
  await connection.close().catch((error: unknown) => {
    if (!(error instanceof IllegalStateError)) throw error;
  });
}
