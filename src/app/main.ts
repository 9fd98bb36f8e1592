import { startApiRole } from '../api/role';
import { readConfig } from '../config';
import { createLogger } from '../logging';
import { runProcess } from '../process';
import { connectWorker } from '../worker/connect';
import { startWorkerRole } from '../worker/role';
import { installRuntime } from '../worker/runtime';

/** API and worker in one process and on one connection, so that a task may start without a way over the server. */
runProcess(async () => {
  const config = readConfig();
  const logger = createLogger(config.HOLDFAST_LOG_LEVEL, 'app');
  installRuntime(logger);
  const temporal = await connectWorker(config);
  const closing = [() => temporal.connection.close()];
  const close = async () => {
    for (const end of closing.splice(0).reverse()) await end();
  };
  try {
    const workers = await startWorkerRole(config, temporal, logger);
    closing.push(() => workers.shutdown());
    const api = await startApiRole(config, { ...temporal, eagerStart: true }, logger);
    closing.push(() => api.close());
    return { finished: workers.finished, close };
  } catch (error) {
    await close();
    throw error;
  }
});
