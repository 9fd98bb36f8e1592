import { startApiRole } from '../api/role';
import { loadApp } from '../app/load-app';
import { readConfig } from '../config';
import { giveLifeSigns } from '../life-signs';
import { createLogger } from '../logging';
import { createRegistry } from '../metrics';
import { startMonitorRole } from '../monitor/role';
import { startWatchdog } from '../monitor/watchdog/start';
import { runProcess } from '../process';
import { openTracing } from '../tracing';
import { outliveRejections } from '../unhandled';
import { closeConnection, connectWorker } from '../worker/connect';
import { startWorkerRole } from '../worker/role';
import { installRuntime } from '../worker/runtime';
import { sdkMetricsOf } from '../worker/sdk-metrics';

/** API, worker and monitor in one process and on one connection, so that a task may start without a way over the server. */
runProcess(async () => {
  giveLifeSigns();
  const config = readConfig();
  const app = await loadApp(config);
  const logger = createLogger(config.HOLDFAST_LOG_LEVEL, 'app', undefined, app.keys !== undefined);
  const registry = createRegistry();
  outliveRejections(logger, registry);
  installRuntime(logger, await sdkMetricsOf(registry));
  const tracing = await openTracing(config, 'app');
  const temporal = await connectWorker(config);
  const closing = [async () => tracing?.close(), () => closeConnection(temporal.connection)];
  /** Closes what was opened last first, and the rest also when one of them breaks. */
  const close = async (): Promise<void> => closing.pop()?.().finally(close);
  try {
    const workers = await startWorkerRole(app, temporal, logger, { registry, tracing });
    closing.push(() => workers.shutdown());
    const api = await startApiRole(app, { ...temporal, eagerStart: true }, logger, { registry, tracing });
    closing.push(() => api.close());
    const monitor = await startMonitorRole(app, temporal, logger);
    closing.push(() => monitor.shutdown());
    const watchdog = startWatchdog('monitor', app, temporal, logger);
    closing.push(() => watchdog.close());
    return { finished: Promise.all([workers.finished, monitor.finished]).then(() => undefined), close };
  } catch (error) {
    await close();
    throw error;
  }
});
