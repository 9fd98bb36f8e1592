import { parseArgs } from 'node:util';
import { readConfig } from '../config';
import { createLogger } from '../logging';
import { runProcess } from '../process';
import { connectWorker } from './connect';
import { startWorkerRole } from './role';
import { installRuntime } from './runtime';

/** The worker role alone: `npm run worker -- [--queues a,b]`. */
runProcess(async () => {
  const { values } = parseArgs({ options: { queues: { type: 'string' } } });
  const config = readConfig();
  const logger = createLogger(config.HOLDFAST_LOG_LEVEL, 'worker');
  installRuntime(logger);
  const temporal = await connectWorker(config);
  const workers = await startWorkerRole(
    config,
    temporal,
    logger,
    values.queues?.split(',').map((name) => name.trim()),
  );
  return { finished: workers.finished, close: () => workers.shutdown().finally(() => temporal.connection.close()) };
});
