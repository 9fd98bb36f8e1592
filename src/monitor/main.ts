import { takeAppOption } from '../app/app-option';
import { loadApp } from '../app/load-app';
import { connectClient } from '../client/temporal/connect';
import { readConfig } from '../config';
import { createLogger } from '../logging';
import { createRegistry } from '../metrics';
import { runProcess } from '../process';
import { outliveRejections } from '../unhandled';
import { serveMetrics } from '../worker/metrics-server';
import { installRuntime } from '../worker/runtime';
import { sdkMetricsOf } from '../worker/sdk-metrics';
import { startMonitorWhenPossible } from './patience';
import { startWatchdog } from './watchdog/start';

/** The monitor role alone: `npm run monitor`. It watches, and alerts, also while Temporal is away. */
runProcess(async () => {
  takeAppOption();
  const config = readConfig();
  const app = await loadApp(config);
  const logger = createLogger(config.HOLDFAST_LOG_LEVEL, 'monitor', undefined, app.keys !== undefined);
  const registry = createRegistry();
  outliveRejections(logger, registry);
  // First of all: the SDK's runtime, once there, would keep a process alive that cannot have this port.
  const metrics = await serveMetrics(config, 'monitor', registry, logger);
  installRuntime(logger, metrics && (await sdkMetricsOf(registry)));
  const temporal = connectClient(config.HOLDFAST_TEMPORAL_PORT, config.HOLDFAST_VISIBILITY_RATE);
  const watchdog = startWatchdog('monitor', app, temporal, logger);
  const closing = new AbortController();
  const monitor = startMonitorWhenPossible(app, logger, closing.signal);
  return {
    finished: monitor.then((running) => running?.finished),
    close: async () => {
      closing.abort();
      await watchdog.close();
      await temporal.connection.close();
      await monitor.then((running) => running?.shutdown());
      await metrics?.close();
    },
  };
});
