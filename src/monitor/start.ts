import { Client } from '@temporalio/client';
import type { NativeConnection } from '@temporalio/worker';
import type { Logger } from 'pino';
import { createMonitorActivities, type MonitorResources } from '../activities/monitor';
import { Gateway } from '../client/temporal/gateway';
import { clientConverter, workerConverter } from '../encryption/data-converter';
import type { KeyRing } from '../encryption/key-ring';
import { MONITOR_QUEUE } from '../protocol/task';
import { identity } from '../version';
import { workflowBundle } from '../worker/bundle';
import { capacityOptions } from '../worker/capacity';
import { SharingWorker } from '../worker/sharing-worker';
import { ensureSchedule } from './schedule';

export interface MonitorOptions extends Omit<MonitorResources, 'gateway'> {
  connection: NativeConnection;
  namespace: string;
  /** Seconds between two passes. */
  interval: number;
  /** Further activities for workflows of the monitor's queue. */
  activities: object;
  logger: Logger;
  /** Encrypt payloads. Defaults to none. */
  keys?: KeyRing | undefined;
  /** The bundled workflow code. Defaults to the build's. */
  bundlePath?: string;
}

export interface RunningMonitor {
  /** Settles when the monitor has ended; rejects when it broke. */
  finished: Promise<void>;
  /** Stops taking work; a pass that runs goes on elsewhere, or when a monitor runs again. */
  shutdown(): Promise<void>;
}

/** Longest time for one call of an activity to Temporal, in seconds: nobody waits for the answer. */
const DEADLINE = 10;

/** Starts the worker of the monitor's queue, and sees that passes are started. */
export async function startMonitor(options: MonitorOptions): Promise<RunningMonitor> {
  const { connection, namespace, interval, logger } = options;
  const name = identity('monitor');
  const dataConverter = clientConverter(options.keys);
  const client = new Client({ connection, namespace, identity: name, dataConverter });
  await ensureSchedule(client, interval);
  const worker = await SharingWorker.create({
    connection,
    namespace,
    identity: name,
    taskQueue: MONITOR_QUEUE,
    workflowBundle: await workflowBundle(options.keys !== undefined, options.bundlePath),
    dataConverter: workerConverter(options.keys),
    activities: {
      ...createMonitorActivities({ ...options, gateway: new Gateway(client, DEADLINE) }),
      ...options.activities,
    },
    ...capacityOptions({ concurrency: 20, cachedTasks: 20 }),
    // Activities of the monitor can be done again at any time, so a shutdown waits only for their next step.
    shutdownForceTime: '5 s',
    stickyQueueScheduleToStartTimeout: '2 s',
  });
  const finished = worker.run();
  logger.info({ interval }, 'monitor started');
  return {
    finished,
    shutdown: async () => {
      if (worker.getState() === 'RUNNING') worker.shutdown();
      await finished;
    },
  };
}
