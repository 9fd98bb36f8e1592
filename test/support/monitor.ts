import { NativeConnection } from '@temporalio/worker';
import { removeLeftFolders } from '../../src/catalogue/command-run/attempt-folder';
import { type MonitorStatus, readMonitor } from '../../src/client/monitor/monitor';
import { Gateway } from '../../src/client/temporal/gateway';
import { limitVisibility } from '../../src/client/temporal/visibility-rate';
import { createLogger } from '../../src/logging';
import { type MonitorOptions, startMonitor } from '../../src/monitor/start';
import type { MonitorReport } from '../../src/protocol/monitor';
import { BUNDLE } from './bundle';
import type { Harness } from './harness';
import { until } from './until';

/** Nothing goes for its age. */
export const KEEP_ALL = { completed: 30, failed: 30, artifacts: 37 };

/** Starts a monitor in this process, with a pass every other second; the returned function ends it. */
export async function runMonitor(
  harness: Harness,
  options: Partial<MonitorOptions> = {},
): Promise<() => Promise<void>> {
  const connection = await NativeConnection.connect({ address: harness.server.address });
  limitVisibility(connection, 90, harness.server.address);
  const running = await startMonitor({
    connection,
    namespace: 'default',
    interval: 2,
    queues: ['default'],
    artifacts: harness.artifacts,
    keep: KEEP_ALL,
    cleanHost: removeLeftFolders,
    activities: {},
    logger: createLogger('silent', 'test'),
    bundlePath: BUNDLE,
    ...options,
  });
  return () => running.shutdown().then(() => connection.close());
}

export function monitorStatus(harness: Harness): Promise<MonitorStatus> {
  return readMonitor(new Gateway(harness.temporal, 10));
}

/** Waits for a pass of whose report the condition is true. */
export function untilReport(
  harness: Harness,
  what: string,
  holds: (report: MonitorReport) => boolean = () => true,
): Promise<MonitorReport> {
  return until(`a pass of the monitor reports ${what}`, async () => {
    const { lastPass } = await monitorStatus(harness);
    return lastPass?.report && holds(lastPass.report) ? lastPass.report : undefined;
  });
}
