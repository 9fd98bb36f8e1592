import { takeAppOption } from '../app/app-option';
import { loadApp } from '../app/load-app';
import { connectClient } from '../client/temporal/connect';
import { readConfig } from '../config';
import { createLogger } from '../logging';
import { createRegistry } from '../metrics';
import { startWatchdog } from '../monitor/watchdog/start';
import { runProcess } from '../process';
import { openTracing } from '../tracing';
import { outliveRejections } from '../unhandled';
import { startApiRole } from './role';
import { setUpWhenPossible } from './set-up';

/** The API role alone: `npm run api`. It starts before Temporal does if need be, and is ready once that answers. */
runProcess(async () => {
  takeAppOption();
  const config = readConfig();
  const app = await loadApp(config);
  const logger = createLogger(config.HOLDFAST_LOG_LEVEL, 'api', undefined, app.keys !== undefined);
  const registry = createRegistry();
  outliveRejections(logger, registry);
  const tracing = await openTracing(config, 'api');
  const temporal = connectClient(config.HOLDFAST_TEMPORAL_PORT, config.HOLDFAST_VISIBILITY_RATE);
  const api = await startApiRole(app, temporal, logger, { registry, tracing });
  const watchdog = startWatchdog('api', app, temporal, logger);
  const closing = new AbortController();
  const hopeless = setUpWhenPossible(config, temporal, logger, closing.signal);
  return {
    finished: hopeless,
    close: async () => {
      closing.abort();
      await watchdog.close();
      await api.close();
      await temporal.connection.close();
      await tracing?.close();
    },
  };
});
