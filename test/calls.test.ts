import { existsSync } from 'node:fs';
import { z } from 'zod';
import { added, readServerCounts } from '../bench/server-calls';
import type { Handler } from '../src/activities/handler';
import { TaskClient } from '../src/client/task-client';
import { defineContract } from '../src/tasks/contract';
import { Harness } from './support/harness';
import { probeContracts, probeHandlers } from './support/probe-tasks';
import { until } from './support/until';

/** Reports its progress between two files. */
const steps = defineContract({
  type: 'test.steps',
  summary: 'Goes on as a test tells it to.',
  category: 'default',
  input: z.object({ first: z.string(), second: z.string() }),
  output: z.null(),
  example: { first: '/tmp/first', second: '/tmp/second' },
});

const runSteps: Handler<typeof steps> = async ({ first, second }, { progress, signal }) => {
  await until('the first file is there', () => signal.aborted || existsSync(first));
  progress(70, 'between');
  await until('the second file is there', () => signal.aborted || existsSync(second));
  return null;
};

let harness: Harness;
let tasks: TaskClient;

beforeAll(async () => {
  harness = await Harness.start();
  const contracts = [...probeContracts, steps];
  await harness.startWorkers({
    contracts,
    handlers: { ...probeHandlers, 'test.steps': runSteps as unknown as Handler },
  });
  tasks = new TaskClient({ client: harness.temporal, contracts, artifacts: harness.artifacts, deadline: 10 });
});
afterAll(() => harness.close());

/** What the server was asked for meanwhile, by operation. */
async function callsDuring(work: () => Promise<unknown>): Promise<Record<string, number>> {
  const { metricsPort } = harness.server;
  const before = await readServerCounts(metricsPort);
  await work();
  return added(before.calls, (await readServerCounts(metricsPort)).calls);
}

describe('life signs', () => {
  const HEARTBEAT = 'RecordActivityTaskHeartbeat';

  it('of a silent handler are as seldom as its time-out allows, and reach the server all the same', async () => {
    const waitFor = harness.file();
    // With the time-out that tasks have unless they say otherwise.
    const policy = { heartbeatTimeout: 10, lostAttempts: 0 };
    const { task } = await tasks.submit({ type: 'test.probe', input: { waitFor }, policy });
    await harness.reaches(task.id, 'running');
    const calls = await callsDuring(async () => {
      const began = Date.now();
      // The server itself would end an attempt that was silent for longer than its time-out.
      await until('it has run for longer than two time-outs', () => Date.now() - began > 21_000);
    });
    await harness.touch(waitFor);
    expect(await tasks.wait(task.id, 60)).toMatchObject({ state: 'completed', attempts: 1 });
    expect(calls[HEARTBEAT]).toBeGreaterThanOrEqual(2);
    expect(calls[HEARTBEAT]).toBeLessThanOrEqual(4);
  });

  it.each([
    ['by an operator', (id: string) => tasks.act(id, 'cancel')],
    ['by the stock command line', (id: string) => harness.temporal.workflow.getHandle(id).cancel()],
  ])('bring a cancel %s soon, however seldom they are', async (_who, cancel) => {
    // Silent for a minute at a time.
    const policy = { heartbeatTimeout: 600 };
    const { task } = await tasks.submit({ type: 'test.probe', input: { waitFor: harness.file() }, policy });
    await until('its first life sign has come', async () => (await tasks.read(task.id)).lastHeartbeatAt);
    await cancel(task.id);
    expect(await tasks.wait(task.id, 30)).toMatchObject({ state: 'cancelled' });
  });

  it('bring a change of progress soon, and come every second while somebody watches', async () => {
    const [first, second] = [harness.file(), harness.file()];
    const policy = { heartbeatTimeout: 600 };
    const { task } = await tasks.submit({ type: 'test.steps', input: { first, second }, policy });
    await until('its first life sign has come', async () => (await tasks.read(task.id)).lastHeartbeatAt);
    await harness.touch(first);
    await until('its progress is known', async () => (await tasks.read(task.id)).progress === 70, 20);
    const calls = await callsDuring(async () => {
      const seen = new Set<string | undefined>();
      await until(
        'three more life signs have come',
        async () => {
          await tasks.watch(task.id);
          return seen.add((await tasks.read(task.id)).lastHeartbeatAt).size > 3;
        },
        30,
      );
    });
    expect(calls[HEARTBEAT]).toBeGreaterThanOrEqual(3);
    await harness.touch(second);
    expect(await tasks.wait(task.id, 60)).toMatchObject({ state: 'completed' });
  });
});
