import type { TaskClient } from '../../src/client/task-client';
import { parkedTask } from '../support/dead-letters';
import { fileContract, writeFile } from '../support/file-task';
import { Harness } from '../support/harness';
import { probeContracts } from '../support/probe-tasks';
import { tasksOf } from '../support/tasks-of';
import { until } from '../support/until';

let harness: Harness;
/** Knows the types of both workers, as an API in front of two applications does. */
let both: TaskClient;

const FILES = { contracts: [fileContract], handlers: { [fileContract.type]: writeFile } };
const file = { type: fileContract.type, input: { text: 'x' } };
const probe = (input: object = {}) => ({ type: 'test.probe', input });

beforeAll(async () => {
  harness = await Harness.start();
  both = tasksOf(harness, [...probeContracts, fileContract]);
});
afterAll(() => harness.close());

const serving = (type: string) =>
  until(`a worker says that it has ${type}`, async () => (await both.serving('default', type)) ?? 0);

async function endOf(id: string) {
  await until(`${id} has ended`, async () => (await both.batches.read(id)).endedAt);
  return both.batches.read(id);
}

it('a batch of types that nobody has is not read as completed', async () => {
  const stop = await harness.startWorkers(FILES);
  const { batch } = await both.batches.start({ tasks: [probe(), file], by: 'test' });
  expect(await endOf(batch.id)).toMatchObject({ state: 'incomplete', refused: 1, completed: 1 });
  await stop();
});

describe('with two catalogues on one queue', () => {
  beforeAll(async () => {
    await harness.startWorkers({ ...FILES, concurrency: 2 });
    await harness.startWorkers({ concurrency: 2 });
    await serving('test.probe');
  });

  it('every task reaches the worker that has its type, and uses up no attempt on the way', async () => {
    const tasks = await Promise.all(Array.from({ length: 8 }, () => both.submit(probe())));
    for (const { task } of tasks) {
      const ended = await both.wait(task.id, 60);
      expect(ended).toMatchObject({ state: 'completed', attempts: 1, failures: [] });
    }
    expect((await both.wait((await both.submit(file)).task.id, 60)).state).toBe('completed');
  });

  it('also when that worker has no free place for a while', async () => {
    const gate = harness.file();
    for (let place = 0; place < 2; place++) {
      const { task: busy } = await both.submit(probe({ waitFor: gate }));
      await until(
        'it runs',
        async () => (await both.read(busy.id)).state === 'running' && (await both.read(busy.id)).attempts,
      );
    }
    const { task } = await both.submit(probe());
    // It has been to the other worker more often than the workflow itself would look again.
    await until('it was passed on a few times', async () => {
      const { raw } = await harness.temporal.workflow.getHandle(task.id).describe();
      return (raw.pendingActivities?.[0]?.attempt ?? 0) > 3;
    });
    await harness.touch(gate);
    expect(await both.wait(task.id, 60)).toMatchObject({ state: 'completed', attempts: 1 });
  });

  it('a batch of both, and the task at its end, need no luck', async () => {
    const tasks = Array.from({ length: 6 }, (_, index) => (index % 3 === 0 ? file : probe({ value: index })));
    const { batch } = await both.batches.start({ tasks, atEnd: probe(), by: 'test' });
    const ended = await endOf(batch.id);
    expect(ended).toMatchObject({ state: 'completed', completed: 6, refused: 0, atEnd: { id: expect.any(String) } });
  });

  it('a bulk action with a corrected input reaches tasks of any type', async () => {
    const parked = await Promise.all([1, 2].map(() => parkedTask(harness)));
    const { bulkAction } = await both.bulkActions.start({
      action: 'retry',
      ids: parked.map(({ id }) => id),
      message: { by: 'test', reason: 'test', input: {} },
    });
    await until('it has ended', async () => (await both.bulkActions.read(bulkAction.id)).endedAt);
    expect(await both.bulkActions.read(bulkAction.id)).toMatchObject({ done: 2, refused: 0 });
    for (const { id } of parked) expect((await both.wait(id, 60)).state).toBe('completed');
  });
});
