import { writeFile } from 'node:fs/promises';
import { Client } from '@temporalio/client';
import { TaskClient } from '../../src/client/task-client';
import { Gateway } from '../../src/client/temporal/gateway';
import { replayRuns } from '../../src/worker/replay-check/check';
import { BUNDLE } from '../support/bundle';
import { parkedTask } from '../support/dead-letters';
import { editedBundle } from '../support/faults/edited-bundle';
import { Harness } from '../support/harness';
import { probeContracts } from '../support/probe-tasks';

let harness: Harness;
/** Submits start inputs with a field that this build's workers do not know. */
let newer: Harness;
let newBuild: string;
let unruly: string;

const BEGIN = 'await (0, waiting_1.waitUntilDue)(life);';
const ACTS = 'await (0, workflow_1.sleep)(1);';

async function build(edit: string): Promise<string> {
  const file = harness.file();
  await writeFile(file, editedBundle(BEGIN, `${edit}${BEGIN}`));
  return file;
}

beforeAll(async () => {
  harness = await Harness.start();
  const { artifacts, temporal } = harness;
  const client = new Client({
    connection: temporal.connection,
    namespace: harness.namespace,
    interceptors: {
      workflow: [
        {
          start: (input, next) => {
            const [start, ...rest] = input.options.args as [object];
            return next({ ...input, options: { ...input.options, args: [{ ...start, extra: true }, ...rest] } });
          },
        },
      ],
    },
  });
  const tasks = new TaskClient({ client, contracts: probeContracts, artifacts, deadline: 10 });
  newer = Object.assign(Object.create(harness) as Harness, { tasks });
  newBuild = await build(`if (start.extra !== undefined && (0, workflow_1.patched)('start.extra')) ${ACTS}`);
  unruly = await build(`if (start.extra !== undefined) ${ACTS}`);
});
afterAll(() => harness.close());

async function broken(id: string, bundlePath: string): Promise<number> {
  const { runId } = await harness.tasks.read(id);
  async function* runs() {
    yield { id, runId, type: 'test.parked' };
  }
  return (await replayRuns(runs(), { gateway: new Gateway(harness.temporal, 10), bundlePath })).broken.length;
}

async function finishes(id: string): Promise<void> {
  await harness.tasks.act(id, 'retry', { input: {} });
  expect(await harness.tasks.wait(id, 60)).toMatchObject({ state: 'completed', attempts: 2 });
}

it('forwards: what a new client submits and an old worker begins, a new worker finishes', async () => {
  const stopOld = await harness.startWorkers();
  const [extra, plain] = [await parkedTask(newer), await parkedTask(harness)];
  await stopOld();
  // The check before the deploy tells a build that keeps the rule from one that does not.
  expect([await broken(extra.id, newBuild), await broken(extra.id, unruly), await broken(plain.id, unruly)]).toEqual([
    0, 1, 0,
  ]);
  const stopNew = await harness.startWorkers({ bundlePath: newBuild });
  await finishes(extra.id);
  await finishes(plain.id);
  await stopNew();
});

it('back: an old worker finishes what carries no new field; the rest is named before, and waits for a new one', async () => {
  const stopNew = await harness.startWorkers({ bundlePath: newBuild });
  const [extra, plain] = [await parkedTask(newer), await parkedTask(harness)];
  await stopNew();
  expect([await broken(extra.id, BUNDLE), await broken(plain.id, BUNDLE)]).toEqual([1, 0]);
  const stopOld = await harness.startWorkers();
  await finishes(plain.id);
  await harness.tasks.act(extra.id, 'retry', { input: {} });
  await stopOld();
  await harness.startWorkers({ bundlePath: newBuild });
  expect(await harness.tasks.wait(extra.id, 60)).toMatchObject({ state: 'completed', attempts: 2 });
});
