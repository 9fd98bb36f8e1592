import workerThreads, { type Worker } from 'node:worker_threads';
import { NativeConnection } from '@temporalio/worker';
import { SharingWorker } from '../../src/worker/sharing-worker';
import { BUNDLE } from '../support/bundle';
import { Harness } from '../support/harness';

let harness: Harness;

beforeAll(async () => {
  harness = await Harness.start();
});
afterAll(() => harness.close());

/** The threads of this process, those that have ended excepted. */
const threads = new Set<Worker>();

class KnownWorker extends workerThreads.Worker {
  constructor(...options: ConstructorParameters<typeof Worker>) {
    super(...options);
    threads.add(this);
    this.once('exit', () => threads.delete(this));
  }
}
workerThreads.Worker = KnownWorker;

it.each([
  ['polls that follow the load', { pollers: 'auto' as const }],
  ['a number of polls', { pollers: 2 }],
  ['attempts that follow the resources', { tuner: 'resources' as const, concurrency: 3 }],
  ['workflow code in two threads', { workflowThreads: 2 }],
])('a worker with %s does its work, and several tasks at once', async (_what, capacity) => {
  const queue = `capacity-${Object.keys(capacity).join('-')}-${Object.values(capacity).join('-')}`.toLowerCase();
  const stop = await harness.startWorkers({ queues: [queue], ...capacity });
  const submissions = Array.from({ length: 6 }, (_, value) => ({
    type: value % 2 ? 'test.probe' : 'test.inline',
    input: { value },
    policy: { queue },
  }));
  const submitted = await Promise.all(submissions.map((submission) => harness.tasks.submit(submission)));
  const ended = await Promise.all(submitted.map(({ wait }) => wait(60)));
  expect(ended.map(({ state }) => state)).toEqual(submissions.map(() => 'completed'));
  await stop();
});

it('workers of many queues share the threads of their workflow code, and the last one to leave ends them', async () => {
  expect(threads.size).toBe(0);
  const stops = [
    await harness.startWorkers({ queues: ['a', 'b', 'c', 'd', 'e'] }),
    await harness.startWorkers({ queues: ['f', 'g'] }),
  ];
  expect(threads.size).toBe(1);
  const run = async (queue: string) => {
    const { wait } = await harness.tasks.submit({ type: 'test.inline', input: {}, policy: { queue } });
    return (await wait(60)).state;
  };
  expect(await Promise.all(['a', 'e', 'f', 'g'].map(run))).toEqual(Array(4).fill('completed'));
  await stops[0]?.();
  expect(await run('g')).toBe('completed');
  await stops[1]?.();
  expect(threads.size).toBe(0);
});

/** Leaves a workflow in its thread, as a shutdown does whose time is over. */
class HastyWorker extends SharingWorker {
  async leaveWorkflow(): Promise<void> {
    const info = { workflowId: 'left', runId: 'left', workflowType: 'test.inline', unsafe: {}, startTime: new Date() };
    const options = { info, randomnessSeed: [1, 2, 3, 4], now: Date.now(), showStackTraceSources: false };
    await this.workflowCreator?.createWorkflow(options as never);
  }
}

it('a worker ends with its threads although a workflow is left in one', async () => {
  expect(threads.size).toBe(0);
  const connection = await NativeConnection.connect({ address: harness.server.address });
  const where = {
    connection,
    namespace: harness.namespace,
    taskQueue: 'left',
    activities: { nothing: () => undefined },
  };
  const worker = (await HastyWorker.create({ ...where, workflowBundle: { codePath: BUNDLE } })) as HastyWorker;
  const ended = worker.run();
  expect(threads.size).toBe(1);
  await worker.leaveWorkflow();
  worker.shutdown();
  await ended;
  expect(threads.size).toBe(0);
  await connection.close();
});
