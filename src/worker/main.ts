import { parseArgs } from 'node:util';
import { takeAppOption } from '../app/app-option';
import { loadApp } from '../app/load-app';
import { readConfig } from '../config';
import { createLogger } from '../logging';
import { createRegistry } from '../metrics';
import { runProcess } from '../process';
import { openTracing } from '../tracing';
import { outliveRejections } from '../unhandled';
import { closeConnection, connectWorker } from './connect';
import { serveMetrics } from './metrics-server';
import { startWorkerRole } from './role';
import { installRuntime } from './runtime';
import { sdkMetricsOf } from './sdk-metrics';

/** The worker role alone: `npm run worker -- [--app PATH] [--queues a,b]`. */
runProcess(async () => {
  takeAppOption();
  const { values } = parseArgs({ options: { queues: { type: 'string' } } });
  const config = readConfig();
  const app = await loadApp(config);
  const logger = createLogger(config.HOLDFAST_LOG_LEVEL, 'worker', undefined, app.keys !== undefined);
  const registry = createRegistry();
  outliveRejections(logger, registry);
  // First of all: the SDK's runtime, once there, would keep a process alive that cannot have this port.
  const metrics = await serveMetrics(config, 'worker', registry, logger);
  installRuntime(logger, metrics && (await sdkMetricsOf(registry)));
  const tracing = await openTracing(config, 'worker');
  const closing = [async () => metrics?.close(), async () => tracing?.close()];
  /** Closes what was opened last first, and the rest also when one of them breaks. */
  const close = async (): Promise<void> => closing.pop()?.().finally(close);
  try {
    const temporal = await connectWorker(config);
    closing.push(() => closeConnection(temporal.connection));
    const queues = values.queues?.split(',').map((name) => name.trim());
    const workers = await startWorkerRole(app, temporal, logger, { registry, tracing, ...(queues && { queues }) });
    closing.push(() => workers.shutdown());
    return { finished: workers.finished, close };
  } catch (error) {
    // What is open would keep a process alive that cannot do its work.
    await close();
    throw error;
  }
});
