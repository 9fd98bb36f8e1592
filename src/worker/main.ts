import { parseArgs } from 'node:util';
import { readConfig } from '../config';
import { createLogger } from '../logging';
import { createRegistry } from '../metrics';
import { runProcess } from '../process';
import { closeConnection, connectWorker } from './connect';
import { serveMetrics } from './metrics-server';
import { startWorkerRole } from './role';
import { installRuntime } from './runtime';

/** The worker role alone: `npm run worker -- [--queues a,b]`. */
runProcess(async () => {
  const { values } = parseArgs({ options: { queues: { type: 'string' } } });
  const config = readConfig();
  const logger = createLogger(config.HOLDFAST_LOG_LEVEL, 'worker');
  const registry = createRegistry();
  // First of all: the SDK's runtime, once there, would keep a process alive that cannot have this port.
  const metrics = await serveMetrics(config, 'worker', registry, logger);
  installRuntime(logger);
  const temporal = await connectWorker(config);
  const queues = values.queues?.split(',').map((name) => name.trim());
  const workers = await startWorkerRole(config, temporal, logger, { registry, ...(queues && { queues }) });
  return {
    finished: workers.finished,
    close: async () => {
      await workers.shutdown().finally(() => closeConnection(temporal.connection));
      await metrics?.close();
    },
  };
});
