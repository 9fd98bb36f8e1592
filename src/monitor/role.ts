import type { Logger } from 'pino';
import { contractsOf } from '../app/contracts';
import { openArtifactStore } from '../artifacts/open';
import { setUpNamespace } from '../client/temporal/setup';
import type { Config } from '../config';
import { queuesOf } from '../tasks/queues';
import type { WorkerConnection } from '../worker/connect';
import { alertActivities, keepLooking } from './alert-activities';
import { type RunningMonitor, startMonitor } from './start';

/** Starts the monitor role as the settings say. */
export async function startMonitorRole(
  config: Config,
  { connection, namespace }: WorkerConnection,
  logger: Logger,
): Promise<RunningMonitor> {
  const { categories, keep } = config;
  const retentionDays = config.HOLDFAST_RETENTION_DAYS;
  const { lacks } = await setUpNamespace(connection, { namespace, retentionDays, categories });
  for (const { message, commands } of lacks) logger.warn({ commands }, message);
  const contracts = contractsOf(config);
  const activities = alertActivities(config, { connection, namespace }, logger);
  const monitor = await startMonitor({
    connection,
    namespace,
    interval: config.TASK_MONITOR_INTERVAL,
    queues: queuesOf(contracts, categories),
    artifacts: openArtifactStore(config),
    keep,
    activities,
    logger,
  });
  const stopLooking = keepLooking(activities, logger);
  return { finished: monitor.finished, shutdown: () => stopLooking().finally(() => monitor.shutdown()) };
}
