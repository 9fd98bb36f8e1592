import { setTimeout as sleep } from 'node:timers/promises';
import { MockActivityEnvironment } from '@temporalio/testing';
import { deleteEnded } from '../src/activities/monitor/deletion';
import { LocalArtifactStore } from '../src/artifacts/local/local-store';
import { Gateway } from '../src/client/temporal/gateway';
import type { Deleted } from '../src/protocol/monitor';
import type { Calls } from './calls';
import { type Figure, throughput } from './figures';
import type { Stage } from './stage';

const COUNT = 600;
const LANES = 20;
/** A moment, in days. */
const AT_ONCE = 1e-6;

/** How fast a pass of the monitor deletes ended tasks whose time is over. */
export async function measureDeletion(calls: Calls, { client, artifacts }: Stage): Promise<Figure[]> {
  const policy = { window: 1 };
  const bare: string[] = [];
  await throughput(COUNT, LANES, async () => void bare.push(await calls.bare()));
  const deleteBare = (index: number) =>
    client.workflowService.deleteWorkflowExecution({
      namespace: client.options.namespace,
      workflowExecution: { workflowId: bare[index] as string },
    });
  const made = await throughput(COUNT, LANES, () =>
    calls.post({ type: 'bench.inline', input: {}, policy }, { Prefer: 'wait=60' }),
  );
  const against = await throughput(COUNT, LANES, deleteBare);
  const ended = async () =>
    (await client.workflow.count("TaskCategory IS NOT NULL AND ExecutionStatus = 'Completed'")).count;
  while ((await ended()) < COUNT) await sleep(200);
  await sleep(2000);
  const begin = performance.now();
  const keep = { completed: AT_ONCE, failed: AT_ONCE };
  const store = new LocalArtifactStore(artifacts);
  const pass = () => deleteEnded(new Gateway(client, 10), store, keep);
  const { completed } = (await new MockActivityEnvironment().run(pass)) as Deleted;
  const seconds = (performance.now() - begin) / 1000;
  if (completed < COUNT) throw new Error(`Only ${completed} of ${COUNT} were deleted`);
  const holdfast = completed / seconds;
  return [
    { what: `deletions a second, ${completed} ended tasks, against the bare call`, unit: '/s', against, holdfast },
    {
      what: 'deletions a second against inline tasks that end a second, 20 at once',
      unit: '/s',
      against: made,
      holdfast,
      aim: { atLeast: 1 },
    },
  ];
}
