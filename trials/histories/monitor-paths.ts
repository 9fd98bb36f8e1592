import { writeFile } from 'node:fs/promises';
import { LocalArtifactStore } from '../../src/artifacts/local/local-store';
import type { MonitorOptions } from '../../src/monitor/start';
import { MONITOR_ID } from '../../src/protocol/monitor';
import type { Harness } from '../../test/support/harness';
import { runMonitor, untilReport } from '../../test/support/monitor';
import { until } from '../../test/support/until';
import { type Paths, type Run, running } from './path';

/** One pass: the next would be in an hour. */
async function pass(harness: Harness, options: Partial<MonitorOptions> = {}): Promise<Run[]> {
  const stop = await runMonitor(harness, { interval: 3600, overdue: { grace: 1, patience: 30 }, ...options });
  await untilReport(harness, 'anything');
  const schedule = harness.temporal.schedule.getHandle(MONITOR_ID);
  const { info } = await schedule.describe();
  const workflow = info.recentActions.at(-1)?.action.workflow;
  await schedule.delete();
  await stop();
  return [{ id: workflow?.workflowId ?? '', runId: workflow?.firstExecutionRunId ?? '' }];
}

/** What passes of the monitor come to. */
export const monitorPaths: Paths = {
  'monitor-finds-nothing': (harness) => pass(harness),
  'monitor-expires-a-task': async (harness) => {
    const limit = 1;
    const policy = { maxProcessingTime: limit, heartbeatTimeout: 3600 };
    const { id, waitFor } = await running(harness, { input: { deaf: true }, policy });
    const since = Date.now();
    await until('it is overdue', () => Date.now() - since > (limit + 2) * 1000);
    const runs = await pass(harness);
    await harness.touch(waitFor);
    await harness.reaches(id, 'failed', 'completed');
    return runs;
  },
  'monitor-cannot-clean': async (harness) => {
    const file = harness.file();
    await writeFile(file, 'in the place of the store');
    return pass(harness, { artifacts: new LocalArtifactStore(file) });
  },
};
