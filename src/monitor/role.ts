import type { Logger } from 'pino';
import type { App } from '../app/app';
import { openArtifactStore } from '../artifacts/open';
import { setUpNamespace } from '../client/temporal/setup';
import type { WorkerConnection } from '../worker/connect';
import { alertActivities, keepLooking } from './alert-activities';
import { type RunningMonitor, startMonitor } from './start';

/** Starts the monitor role of an app as its settings say. */
export async function startMonitorRole(
  app: App,
  { connection, namespace }: WorkerConnection,
  logger: Logger,
): Promise<RunningMonitor> {
  const { categories, config, keys } = app;
  const { keep } = config;
  const retentionDays = config.HOLDFAST_RETENTION_DAYS;
  const { lacks } = await setUpNamespace(connection, { namespace, retentionDays, categories });
  for (const { message, commands } of lacks) logger.warn({ commands }, message);
  const activities = alertActivities(app, { connection, namespace }, logger);
  const monitor = await startMonitor({
    connection,
    namespace,
    interval: config.TASK_MONITOR_INTERVAL,
    queues: app.queues,
    artifacts: openArtifactStore(config, keys),
    keys,
    keep,
    ...(config.TASK_MAX_QUEUE_TIME > 0 && { overdue: { maxQueueTime: config.TASK_MAX_QUEUE_TIME } }),
    cleanHost: (before) => app.cleanHost(before),
    activities,
    logger,
  });
  const stopLooking = keepLooking(activities, logger);
  return { finished: monitor.finished, shutdown: () => stopLooking().finally(() => monitor.shutdown()) };
}
