import { Client } from '@temporalio/client';
import { TaskClient } from '../../src/client/task-client';
import { clientConverter } from '../../src/encryption/data-converter';
import { KeyRing } from '../../src/encryption/key-ring';
import { KeyList } from '../../src/encryption/key-source';
import { Harness } from '../support/harness';
import { probeContracts } from '../support/probe-tasks';
import { until } from '../support/until';

const ring = (...ids: [string, ...string[]]) => {
  const [first, ...rest] = ids.map((id) => ({ id, secret: Buffer.alloc(32, id) }));
  return new KeyRing(new KeyList([first as { id: string; secret: Buffer }, ...rest]));
};

let harness: Harness;
beforeAll(async () => {
  harness = await Harness.start();
});
afterAll(() => harness.close());

function tasksWith(keys: KeyRing | undefined): TaskClient {
  const { connection, options } = harness.temporal;
  const client = new Client({ connection, namespace: options.namespace, dataConverter: clientConverter(keys) });
  return new TaskClient({ client, contracts: probeContracts, artifacts: harness.artifacts, deadline: 10 });
}

it.each([
  ['without keys', undefined, /encrypted with key mine.*no keys/],
  ['with other keys only', ring('other'), /encrypted with key mine.*not among.*other/],
])('a worker %s leaves an encrypted task to one that has its key', async (_, wrong, reason) => {
  const tasks = tasksWith(ring('mine', 'other'));
  const { task } = await tasks.submit({ type: 'test.probe', input: { value: 'kept' } });
  const stop = await harness.startWorkers({ keys: wrong });
  // With keys of its own the worker encrypts why it failed, too.
  await until('its workflow task has failed', async () =>
    (await tasks.timeline(task.id)).some(({ event, text }) => event === 'workflow-task-failed' && reason.test(text)),
  );
  expect((await tasks.read(task.id)).state).not.toBe('failed');
  await stop();
  const stopRight = await harness.startWorkers({ keys: ring('rotated', 'mine') });
  await until('it is done', async () => (await tasksWith(ring('mine', 'rotated')).read(task.id)).state === 'completed');
  expect(await tasksWith(ring('mine', 'rotated')).read(task.id)).toMatchObject({ result: { value: 'kept' } });
  await expect(tasksWith(undefined).read(task.id)).rejects.toMatchObject({ code: 'encryption-key-unknown' });
  await stopRight();
});
