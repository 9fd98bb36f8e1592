import { Client } from '@temporalio/client';
import { IllegalStateError, type NativeConnection, type Worker } from '@temporalio/worker';
import type { Logger } from 'pino';
import { Registry } from 'prom-client';
import type { Handler } from '../activities/attempt/handler';
import { createActivities } from '../activities/attempt/registry';
import { WorkerBreakers } from '../activities/breaker/worker-breakers';
import { createControlActivities } from '../activities/control';
import { createReportEnd } from '../activities/reports/report-end';
import type { ArtifactStore } from '../artifacts/store';
import { TaskClient } from '../client/task-client';
import { clientConverter, workerConverter } from '../encryption/data-converter';
import type { KeyRing } from '../encryption/key-ring';
import { CONTROL_QUEUE } from '../protocol/task';
import type { BreakerSettings } from '../tasks/breaker-limits';
import type { Contract } from '../tasks/contract';
import type { CategoryOverrides } from '../tasks/policy-override';
import { servedTypePlugins } from '../tasks/served-types';
import type { Tracing } from '../tracing';
import { identity } from '../version';
import { BUNDLE_PATH, TRACED_BUNDLE_PATH, workflowBundle } from './bundle';
import { type Capacity, capacityOptions } from './capacity';
import { type Deployment, deploymentOptions } from './deployment';
import { WorkerMetrics } from './metrics';
import { SharingWorker } from './sharing-worker';

/** Longest call of an activity to Temporal. Nobody waits for an answer, so it may take longer than the API's. */
const CALL_SECONDS = 10;

export interface WorkerOptions extends Capacity {
  connection: NativeConnection;
  namespace: string;
  contracts: readonly Contract[];
  handlers: Readonly<Record<string, Handler>>;
  artifacts: ArtifactStore;
  logger: Logger;
  /** Encrypt payloads. Defaults to none. */
  keys?: KeyRing | undefined;
  /** Counts tasks and attempts. Defaults to one that nobody reads. */
  metrics?: WorkerMetrics;
  /** When circuit breakers open, by kind or by name. Defaults to none of its own. */
  breakers?: BreakerSettings;
  /** Changes to the category policies, for tasks that activities submit. Defaults to none. */
  categories?: CategoryOverrides;
  /** The queues to serve; one Temporal worker each, and one for the queue of control workflows. */
  queues: readonly string[];
  /** Queue of the app's batches and bulk actions. Defaults to the one that all apps share, which is served in any case. */
  controlQueue?: string;
  /** Seconds in which running attempts may finish after a shutdown began. */
  shutdownGrace: number;
  /** Seconds after that in which cancelled attempts may clean up. */
  shutdownForce: number;
  /** The bundled workflow code. Defaults to the build's. */
  bundlePath?: string;
  /** Where traces go. Defaults to nowhere. */
  tracing?: Tracing;
  /** The build among others of a versioned deployment. Defaults to none: whoever polls gets the work. */
  deployment?: Deployment;
}

/** What the worker of a queue is given. */
interface Host {
  name: string;
  /** The task types that it says it serves. */
  types: readonly string[];
  activities: object;
  metrics: WorkerMetrics;
}

export interface RunningWorkers {
  /** Settles when every queue's worker has ended; rejects when one fails. */
  finished: Promise<void>;
  /** Stops taking work, lets running attempts end or hands them over, and resolves when all is done. */
  shutdown(): Promise<void>;
}

/** Starts one Temporal worker for each queue, all in this process and on one connection. */
export async function startWorkers(options: WorkerOptions): Promise<RunningWorkers> {
  const name = identity('worker');
  const {
    connection,
    namespace,
    contracts,
    handlers,
    artifacts,
    logger,
    categories = {},
    controlQueue = CONTROL_QUEUE,
  } = options;
  const types = contracts.map(({ type }) => type);
  const metrics = options.metrics ?? new WorkerMetrics(new Registry(), types);
  const { tracing } = options;
  const dataConverter = clientConverter(options.keys);
  const client = new Client({
    connection,
    namespace,
    identity: name,
    dataConverter,
    ...(tracing && { interceptors: tracing.client }),
  });
  const tasks = new TaskClient({ client, contracts, artifacts, categories, controlQueue, deadline: CALL_SECONDS });
  const breakers = new WorkerBreakers({
    client,
    worker: name,
    logger,
    ...(options.breakers && { settings: options.breakers }),
  });
  const activities = {
    ...createActivities(contracts, handlers, { artifacts, logger, worker: name, breakers, metrics, tasks }),
    tellEnd: createReportEnd(tasks, logger),
  };
  const control = createControlActivities({ tasks, artifacts });
  const workers = await Promise.all([
    ...options.queues.map((queue) => createWorker(queue, { name, types, activities, metrics }, options)),
    ...[...new Set([CONTROL_QUEUE, controlQueue])].map((queue) =>
      createWorker(queue, { name, types, activities: control, metrics }, options),
    ),
  ]);
  const finished = Promise.all(workers.map((worker) => worker.run().catch(unlessDrained)))
    .then(() => undefined)
    .finally(() => breakers.close());
  logger.info({ queues: options.queues }, 'worker started');
  return {
    finished,
    shutdown: async () => {
      for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
      await finished;
    },
  };
}

/**
 * A worker that was asked to end just after its start may find a poll of its own still under way when it is
 * disposed of. Its work is done by then.
 */
function unlessDrained(error: unknown): void {
  if (!(error instanceof IllegalStateError && error.message.includes('still in use'))) throw error;
}

async function createWorker(taskQueue: string, host: Host, options: WorkerOptions): Promise<Worker> {
  const worker = await SharingWorker.create({
    connection: options.connection,
    namespace: options.namespace,
    identity: host.name,
    taskQueue,
    activities: host.activities,
    plugins: servedTypePlugins(host.types),
    ...deploymentOptions(options.deployment),
    sinks: { ...host.metrics.sinks, ...options.tracing?.sinks },
    ...(options.tracing && { interceptors: options.tracing.worker }),
    workflowBundle: await workflowBundle(
      options.keys !== undefined,
      options.bundlePath ?? (options.tracing ? TRACED_BUNDLE_PATH : BUNDLE_PATH),
    ),
    dataConverter: workerConverter(options.keys),
    ...capacityOptions(options),
    shutdownGraceTime: Math.round(options.shutdownGrace * 1000),
    shutdownForceTime: Math.round((options.shutdownGrace + options.shutdownForce) * 1000),
    // Progress and cancellation travel with heartbeats; the SDK would hold them back for 80 % of the time-out.
    maxHeartbeatThrottleInterval: '1 s',
    defaultHeartbeatThrottleInterval: '1 s',
    // How long the workflow waits for a worker that has died before another one may go on with it.
    stickyQueueScheduleToStartTimeout: '2 s',
  });
  host.metrics.watch(taskQueue, worker, options.concurrency);
  return worker;
}
