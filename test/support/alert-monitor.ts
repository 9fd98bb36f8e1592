import { NativeConnection, Worker } from '@temporalio/worker';
import { type AlertDeps, createAlertActivities } from '../../src/activities/monitor/alerts';
import type { AlertLimits } from '../../src/activities/monitor/alerts/check';
import type { TaskClient } from '../../src/client/task-client';
import { readConfig } from '../../src/config';
import { createLogger } from '../../src/logging';
import { createAlertSinks } from '../../src/monitor/alerts/sinks';
import { ALERTS_ID } from '../../src/protocol/alert';
import { MONITOR_QUEUE } from '../../src/protocol/task';
import { BUNDLE } from './bundle';
import type { Harness } from './harness';
import { probeContracts } from './probe-tasks';

const LIMITS: AlertLimits = { deadLetters: 50, duplicateRate: 5, failureFactor: 3, lag: 0 };

interface MonitorOptions {
  tasks: TaskClient;
  /** Where alerts go. */
  settings: Record<string, string>;
}

/** The part of a monitor that hosts alerts: its worker, and a look at everything whenever the test asks for one. */
export class AlertMonitor {
  private stopped: Promise<void> | undefined;

  private constructor(
    private readonly deps: Omit<AlertDeps, 'limits'>,
    private readonly worker: Worker,
    private readonly ended: Promise<void>,
  ) {}

  static async start(harness: Harness, { tasks, settings }: MonitorOptions): Promise<AlertMonitor> {
    const logger = createLogger('silent', 'test');
    const sinks = createAlertSinks(readConfig(settings), logger);
    const deps = { tasks, types: probeContracts.map(({ type }) => type), sinks, logger };
    const connection = await NativeConnection.connect({ address: harness.server.address });
    const worker = await Worker.create({
      connection,
      taskQueue: MONITOR_QUEUE,
      workflowBundle: { codePath: BUNDLE },
      activities: createAlertActivities({ ...deps, limits: LIMITS }),
      maxCachedWorkflows: 10,
      shutdownForceTime: '2 s',
    });
    return new AlertMonitor(
      deps,
      worker,
      worker.run().finally(() => connection.close()),
    );
  }

  /** @returns The keys of the conditions that began, changed or ended. */
  evaluate(limits: Partial<AlertLimits> = {}): Promise<string[]> {
    return createAlertActivities({ ...this.deps, limits: { ...LIMITS, ...limits } }).evaluateAlerts();
  }

  /** Ends the worker in order. */
  stop(): Promise<void> {
    if (!this.stopped) {
      this.worker.shutdown();
      this.stopped = this.ended;
    }
    return this.stopped;
  }
}

/** Lets the next signal begin with an empty memory. */
export async function forgetAlerts({ temporal }: Harness): Promise<void> {
  await temporal.workflow
    .getHandle(ALERTS_ID)
    .terminate('the next test')
    .catch(() => undefined);
}
