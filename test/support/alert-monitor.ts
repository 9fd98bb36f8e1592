import { NativeConnection, Worker } from '@temporalio/worker';
import { type AlertActivities, createAlertActivities } from '../../src/activities/alerts';
import type { AlertLimits } from '../../src/activities/alerts/check';
import { createAlertSinks } from '../../src/alerts/sinks';
import type { TaskClient } from '../../src/client/task-client';
import { readConfig } from '../../src/config';
import { createLogger } from '../../src/logging';
import { ALERTS_ID } from '../../src/tasks/alert-words';
import { MONITOR_QUEUE } from '../../src/tasks/words';
import { BUNDLE } from './bundle';
import type { Harness } from './harness';
import { probeContracts } from './probe-tasks';

const LIMITS: AlertLimits = { deadLetters: 50, duplicateRate: 5, failureFactor: 3, lag: 0 };

interface MonitorOptions {
  tasks: TaskClient;
  /** Where alerts go. */
  settings: Record<string, string>;
  limits?: Partial<AlertLimits>;
}

/** The part of a monitor that hosts alerts: its worker, and a look at everything whenever the test asks for one. */
export class AlertMonitor {
  private constructor(
    private readonly activities: AlertActivities,
    /** Ends the worker in order. */
    readonly stop: () => Promise<void>,
  ) {}

  static async start(harness: Harness, options: MonitorOptions): Promise<AlertMonitor> {
    const { tasks, settings, limits } = options;
    const logger = createLogger('silent', 'test');
    const activities = createAlertActivities({
      tasks,
      types: probeContracts.map(({ type }) => type),
      sinks: createAlertSinks(readConfig(settings), logger),
      limits: { ...LIMITS, ...limits },
      logger,
    });
    const connection = await NativeConnection.connect({ address: harness.server.address });
    const worker = await Worker.create({
      connection,
      taskQueue: MONITOR_QUEUE,
      workflowBundle: { codePath: BUNDLE },
      activities,
      maxCachedWorkflows: 10,
      shutdownForceTime: '2 s',
    });
    const ended = worker.run();
    const stop = async () => {
      worker.shutdown();
      await ended;
      await connection.close();
    };
    return new AlertMonitor(activities, stop);
  }

  /** @returns The keys of the conditions that began, changed or ended. */
  evaluate(): Promise<string[]> {
    return this.activities.evaluateAlerts();
  }
}

/** Lets the next signal begin with an empty memory. */
export async function forgetAlerts({ temporal }: Harness): Promise<void> {
  await temporal.workflow
    .getHandle(ALERTS_ID)
    .terminate('the next test')
    .catch(() => undefined);
}
