import type { Logger } from 'pino';
import { LocalArtifactStore } from '../artifacts/local-store';
import { setUpNamespace } from '../client/setup';
import type { Config } from '../config';
import { createContracts } from '../tasks';
import { queuesOf } from '../tasks/queues';
import type { WorkerConnection } from '../worker/connect';
import { type RunningMonitor, startMonitor } from './start';

/** Starts the monitor role as the settings say. */
export async function startMonitorRole(
  config: Config,
  { connection, namespace }: WorkerConnection,
  logger: Logger,
): Promise<RunningMonitor> {
  const { categories, keep } = config;
  await setUpNamespace(connection, { namespace, retentionDays: config.HOLDFAST_RETENTION_DAYS, categories });
  const contracts = createContracts({ commands: config.HOLDFAST_COMMANDS });
  return startMonitor({
    connection,
    namespace,
    interval: config.TASK_MONITOR_INTERVAL,
    queues: queuesOf(contracts, categories),
    artifacts: new LocalArtifactStore(config.artifactsFolder),
    keep,
    activities: {},
    logger,
  });
}
