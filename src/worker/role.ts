import { Client } from '@temporalio/client';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import type { App } from '../app/app';
import { openArtifactStore } from '../artifacts/open';
import { TaskClient } from '../client/task-client';
import { setUpNamespace } from '../client/temporal/setup';
import { clientConverter } from '../encryption/data-converter';
import { createRegistry } from '../metrics';
import { queuesOf } from '../tasks/queues';
import type { Tracing } from '../tracing';
import { identity } from '../version';
import type { WorkerConnection } from './connect';
import { createSchedules } from './create-schedules';
import { deploymentOf } from './deployment';
import { WorkerMetrics } from './metrics';
import { type RunningWorkers, startWorkers } from './start';

const DAY_MS = 86_400_000;
/** Longest call to Temporal, in seconds: nobody waits for the answer. */
const DEADLINE = 10;

/**
 * Starts the worker role of an app as its settings say: namespace set up, every task type, the chosen queues, the app's
 * schedules.
 * @param registry Where metrics are collected. Defaults to one that nobody reads.
 * @throws StartError while another process holds what a pack needs for itself.
 */
export async function startWorkerRole(
  app: App,
  { connection, namespace }: WorkerConnection,
  logger: Logger,
  {
    queues = app.config.HOLDFAST_QUEUES,
    registry = createRegistry(),
    tracing,
  }: { queues?: readonly string[]; registry?: Registry; tracing?: Tracing | undefined } = {},
): Promise<RunningWorkers> {
  const { categories, config, contracts, controlQueue, keys } = app;
  const retentionDays = config.HOLDFAST_RETENTION_DAYS;
  const { lacks } = await setUpNamespace(connection, { namespace, retentionDays, categories });
  for (const { message, commands } of lacks) logger.warn({ commands }, message);
  // These lie on the worker's own host, where the monitor may not be.
  void app.cleanHost(new Date(Date.now() - DAY_MS));
  const artifacts = openArtifactStore(config, keys);
  const deployment = deploymentOf(config);
  for (const absent of app.absent) logger.warn(absent, 'a task type cannot work here: its tasks will fail');
  const { handlers, close } = await app.open();
  try {
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
      artifacts,
      keys,
      breakers: config.HOLDFAST_BREAKERS,
      categories,
      controlQueue,
      queues: queues.length > 0 ? queues : queuesOf(contracts, categories),
      concurrency: config.HOLDFAST_CONCURRENCY,
      cachedTasks: config.HOLDFAST_CACHED_TASKS,
      pollers: config.HOLDFAST_POLLERS,
      tuner: config.HOLDFAST_TUNER,
      workflowThreads: config.HOLDFAST_WORKFLOW_THREADS,
      shutdownGrace: config.HOLDFAST_SHUTDOWN_GRACE,
      shutdownForce: config.HOLDFAST_SHUTDOWN_FORCE,
      ...(deployment && { deployment }),
      ...(tracing && { tracing }),
    });
    if (deployment) logger.info({ deployment }, 'worker is of a versioned deployment');
    const dataConverter = clientConverter(keys);
    const client = new Client({ connection, namespace, identity: identity('worker'), dataConverter });
    const { schedules } = new TaskClient({
      client,
      contracts,
      artifacts,
      categories,
      controlQueue,
      deadline: DEADLINE,
    });
    const stopCreating = createSchedules({ schedules, orders: app.schedules, logger });
    return {
      finished: workers.finished,
      shutdown: () =>
        Promise.all([stopCreating(), workers.shutdown()])
          .then(() => undefined)
          .finally(close),
    };
  } catch (error) {
    await close();
    throw error;
  }
}
