import { setTimeout as sleep } from 'node:timers/promises';
import { MockActivityEnvironment } from '@temporalio/testing';
import { createMonitorActivities } from '../src/activities/monitor';
import { LocalArtifactStore } from '../src/artifacts/local/local-store';
import { Gateway } from '../src/client/temporal/gateway';
import type { MonitorActivities, Overdue } from '../src/protocol/monitor';
import type { Calls } from './calls';
import { type Figure, throughput } from './figures';
import { added, readServerCounts, sum } from './server-calls';
import type { Stage } from './stage';

const OPEN = Number(process.env.BENCH_OPEN ?? 10_000);
const LANES = 40;
/** Past their limit as soon as they are looked at, as tasks are that have waited for hours: no query leaves them out. */
const POLICY = { queue: 'nobody', maxProcessingTime: 1 };
const CONCERNS = ['expireOverdue', 'findUnserved', 'findWorkflowTaskFailures', 'deleteEnded', 'cleanUp'] as const;

/** What a pass of the monitor asks the server among very many open tasks that are well. */
export async function measureMonitor(calls: Calls, { client, artifacts, metricsPort }: Stage): Promise<Figure[]> {
  const open = async () =>
    (await client.workflow.count("TaskCategory IS NOT NULL AND ExecutionStatus = 'Running'")).count;
  const before = await open();
  await throughput(OPEN, LANES, () => calls.post({ type: 'bench.ordinary', input: {}, policy: POLICY }));
  while ((await open()) < before + OPEN) await sleep(500);
  const activities = createMonitorActivities({
    gateway: new Gateway(client, 30),
    artifacts: new LocalArtifactStore(artifacts),
    queues: ['default'],
    keep: { completed: 7, failed: 30, artifacts: 30 },
    cleanHost: async () => 0,
    overdue: { grace: 0.1 },
  });
  const figures: Figure[] = [];
  for (const which of ['first', 'next']) {
    const counted = await readServerCounts(metricsPort);
    const begin = performance.now();
    await pass(activities);
    const seconds = (performance.now() - begin) / 1000;
    const asked = added(counted.calls, (await readServerCounts(metricsPort)).calls);
    console.error(`The ${which} pass asked for ${JSON.stringify(asked)}`);
    const what = `the ${which} pass of a monitor over ${OPEN} open tasks`;
    figures.push(
      { what: `calls of ${what}`, unit: '', holdfast: sum(Object.values(asked)), aim: { atMost: 50 } },
      { what: `seconds of ${what}`, unit: 's', holdfast: seconds },
    );
  }
  return figures;
}

async function pass(activities: MonitorActivities): Promise<void> {
  const environment = new MockActivityEnvironment();
  const run = (name: (typeof CONCERNS)[number]) => environment.run(activities[name] as () => Promise<unknown>);
  const [overdue] = await Promise.all(CONCERNS.map(run));
  const { expired, terminated } = (overdue as Overdue).counts;
  if (expired + terminated > 0) throw new Error(`Tasks that are well were ended: ${JSON.stringify(overdue)}`);
}
