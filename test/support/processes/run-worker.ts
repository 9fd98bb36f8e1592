import { NativeConnection } from '@temporalio/worker';
import { createLogger } from '../../../src/logging';
import { runProcess } from '../../../src/process';
import { closeConnection } from '../../../src/worker/connect';
import { installRuntime } from '../../../src/worker/runtime';
import { startWorkers, type WorkerOptions } from '../../../src/worker/start';
import { BUNDLE } from '../bundle';

/** What a worker process of a test hosts, and with what it does so otherwise than the others. */
type Hosted = Partial<WorkerOptions> & Pick<WorkerOptions, 'contracts' | 'handlers' | 'artifacts' | 'queues'>;

/**
 * The program of a worker process of a test: it says "worker started" once it takes work.
 * @param open Opens what the worker needs; `close` is called after its end.
 */
export function runWorker(address: string, open: () => Promise<{ hosted: Hosted; close?: () => Promise<void> }>): void {
  runProcess(async () => {
    const logger = createLogger('info', 'worker');
    installRuntime(logger);
    const connection = await NativeConnection.connect({ address });
    const { hosted, close } = await open();
    const workers = await startWorkers({
      connection,
      namespace: process.env.TEMPORAL_NAMESPACE ?? 'default',
      logger,
      concurrency: 5,
      cachedTasks: 100,
      shutdownGrace: 1,
      shutdownForce: 1,
      bundlePath: BUNDLE,
      ...hosted,
    });
    return {
      finished: workers.finished,
      close: async () => {
        await workers.shutdown();
        await close?.();
        await closeConnection(connection);
      },
    };
  });
}
