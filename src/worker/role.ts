import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import { createHandlers } from '../activities';
import { removeLeftFolders } from '../activities/command/attempt-folder';
import { removeLeftJobFolders } from '../activities/job-folder';
import { LocalArtifactStore } from '../artifacts/local-store';
import { absentTypes, citationSettings } from '../citations';
import { setUpNamespace } from '../client/setup';
import type { Config } from '../config';
import { createRegistry } from '../metrics';
import { createContracts } from '../tasks';
import { queuesOf } from '../tasks/queues';
import { webhookSettings } from '../webhooks';
import type { WorkerConnection } from './connect';
import { WorkerMetrics } from './metrics';
import { type RunningWorkers, startWorkers } from './start';

const DAY_MS = 86_400_000;

/**
 * Starts the worker role as the settings say: namespace set up, every task type, the chosen queues.
 * @param registry Where metrics are collected. Defaults to one that nobody reads.
 */
export async function startWorkerRole(
  config: Config,
  { connection, namespace }: WorkerConnection,
  logger: Logger,
  {
    queues = config.HOLDFAST_QUEUES,
    registry = createRegistry(),
  }: { queues?: readonly string[]; registry?: Registry } = {},
): Promise<RunningWorkers> {
  const categories = config.categories;
  await setUpNamespace(connection, { namespace, retentionDays: config.HOLDFAST_RETENTION_DAYS, categories });
  // These lie on the worker's own host, where the monitor may not be.
  void removeLeftFolders(new Date(Date.now() - DAY_MS));
  await removeLeftJobFolders();
  const commands = config.HOLDFAST_COMMANDS;
  const contracts = createContracts({ commands, urlHosts: config.HOLDFAST_URL_HOSTS });
  const { handlers, close } = createHandlers({
    commands,
    maxPixels: config.HOLDFAST_IMAGE_MAX_PIXELS,
    webhooks: webhookSettings(config),
    email: config.email,
    citations: citationSettings(config),
  });
  for (const absent of absentTypes(config)) logger.warn(absent, 'a task type cannot work here: its tasks will fail');
  const workers = await startWorkers({
    connection,
    namespace,
    contracts,
    handlers,
    logger,
    metrics: new WorkerMetrics(
      registry,
      contracts.map(({ type }) => type),
    ),
    artifacts: new LocalArtifactStore(config.artifactsFolder),
    breakers: config.HOLDFAST_BREAKERS,
    categories,
    queues: queues.length > 0 ? queues : queuesOf(contracts, categories),
    concurrency: config.HOLDFAST_CONCURRENCY,
    cachedTasks: config.HOLDFAST_CACHED_TASKS,
    shutdownGrace: config.HOLDFAST_SHUTDOWN_GRACE,
    shutdownForce: config.HOLDFAST_SHUTDOWN_FORCE,
  });
  return { finished: workers.finished, shutdown: () => workers.shutdown().finally(close) };
}
