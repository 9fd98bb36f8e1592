import { Client } from '@temporalio/client';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import { contractsOf } from '../app/contracts';
import { openArtifactStore } from '../artifacts/open';
import { absentTypes, citationSettings } from '../catalogue/citations-extract/settings';
import { removeLeftFolders } from '../catalogue/command-run/attempt-folder';
import { createHandlers } from '../catalogue/handlers';
import { removeLeftJobFolders } from '../catalogue/shared/job-folder';
import { webhookSettings } from '../catalogue/webhook-deliver/settings';
import { TaskClient } from '../client/task-client';
import { setUpNamespace } from '../client/temporal/setup';
import type { Config } from '../config';
import { openFacility } from '../facility/facility';
import { facilitySchedules } from '../facility/schedules';
import { createRegistry } from '../metrics';
import { queuesOf } from '../tasks/queues';
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
 * Starts the worker role as the settings say: namespace set up, every task type, the chosen queues; with the facility
 * pack its database and its schedules too.
 * @param registry Where metrics are collected. Defaults to one that nobody reads.
 * @throws StartError while another process holds the pack's embedded database.
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
  const retentionDays = config.HOLDFAST_RETENTION_DAYS;
  const { lacks } = await setUpNamespace(connection, { namespace, retentionDays, categories });
  for (const { message, commands } of lacks) logger.warn({ commands }, message);
  // These lie on the worker's own host, where the monitor may not be.
  void removeLeftFolders(new Date(Date.now() - DAY_MS));
  await removeLeftJobFolders();
  const contracts = contractsOf(config);
  const artifacts = openArtifactStore(config);
  const deployment = deploymentOf(config);
  const shipped = createHandlers({
    commands: config.HOLDFAST_COMMANDS,
    maxPixels: config.HOLDFAST_IMAGE_MAX_PIXELS,
    webhooks: webhookSettings(config),
    email: config.email,
    citations: citationSettings(config),
  });
  for (const absent of absentTypes(config)) logger.warn(absent, 'a task type cannot work here: its tasks will fail');
  const facility = config.facility && (await openFacility(config.facility, { mailBytes: config.email.maxBytes }));
  const close = async () => {
    await Promise.all([shipped.close(), facility?.close()]);
  };
  try {
    const workers = await startWorkers({
      connection,
      namespace,
      contracts,
      handlers: { ...shipped.handlers, ...facility?.handlers },
      logger,
      metrics: new WorkerMetrics(
        registry,
        contracts.map(({ type }) => type),
      ),
      artifacts,
      breakers: config.HOLDFAST_BREAKERS,
      categories,
      queues: queues.length > 0 ? queues : queuesOf(contracts, categories),
      concurrency: config.HOLDFAST_CONCURRENCY,
      cachedTasks: config.HOLDFAST_CACHED_TASKS,
      pollers: config.HOLDFAST_POLLERS,
      tuner: config.HOLDFAST_TUNER,
      workflowThreads: config.HOLDFAST_WORKFLOW_THREADS,
      shutdownGrace: config.HOLDFAST_SHUTDOWN_GRACE,
      shutdownForce: config.HOLDFAST_SHUTDOWN_FORCE,
      ...(deployment && { deployment }),
    });
    if (deployment) logger.info({ deployment }, 'worker is of a versioned deployment');
    const client = new Client({ connection, namespace, identity: identity('worker') });
    const { schedules } = new TaskClient({ client, contracts, artifacts, categories, deadline: DEADLINE });
    const stopCreating = facility && createSchedules({ schedules, orders: facilitySchedules, logger });
    return {
      finished: workers.finished,
      shutdown: () =>
        Promise.all([stopCreating?.(), workers.shutdown()])
          .then(() => undefined)
          .finally(close),
    };
  } catch (error) {
    await close();
    throw error;
  }
}
