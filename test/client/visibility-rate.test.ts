import { Client } from '@temporalio/client';
import { NativeConnection } from '@temporalio/worker';
import { TaskClient } from '../../src/client/task-client';
import { lazyConnection } from '../../src/client/temporal/connect';
import { Gateway } from '../../src/client/temporal/gateway';
import { limitVisibility, patiently } from '../../src/client/temporal/visibility-rate';
import { Harness } from '../support/harness';
import { probeContracts } from '../support/probe-tasks';

const RATE = 10;

let harness: Harness;
const closers: (() => Promise<void>)[] = [];

beforeAll(async () => {
  harness = await Harness.start();
});
afterAll(async () => {
  for (const close of closers) await close();
  await harness.close();
});

/** Two clients of one process, as an API and a worker have them: each with a connection and a kind of its own. */
async function twoClients(): Promise<TaskClient[]> {
  // A name of the server that no other test uses.
  const address = `localhost:${harness.server.port}`;
  const api = lazyConnection({ address });
  const worker = await NativeConnection.connect({ address });
  closers.push(
    () => api.close(),
    () => worker.close(),
  );
  return [api, worker].map((connection) => {
    limitVisibility(connection, RATE, address);
    return new TaskClient({
      client: new Client({ connection, namespace: harness.namespace }),
      contracts: probeContracts,
      artifacts: harness.artifacts,
      deadline: 20,
    });
  });
}

it('is one for all clients of a process and all ways to ask, and lets those go first that cannot wait', async () => {
  const clients = await twoClients();
  const [first] = clients;
  const ended: string[] = [];
  const note = (who: string) => () => ended.push(who);
  const begin = Date.now();
  const background = clients.flatMap((client) =>
    Array.from({ length: 15 }, () => patiently(() => client.count({})).then(note('can wait'))),
  );
  const listing = Array.from({ length: 5 }, () => first?.list().then(note('a list')));
  const schedules = first?.schedules.list().then(note('a list'));
  await Promise.all([...background, ...listing, schedules]);
  // The first second's worth comes at once.
  expect(Date.now() - begin).toBeGreaterThan(((36 - RATE) / RATE) * 1000 * 0.9);
  expect(ended.lastIndexOf('a list')).toBeLessThan(20);
});

it('answers within the deadline of a call that does not get its turn', async () => {
  const connection = lazyConnection({ address: harness.server.address });
  closers.push(() => connection.close());
  limitVisibility(connection, 1, 'a slow server');
  const client = new Client({ connection, namespace: harness.namespace });
  const gateway = new Gateway(client, 1);
  const calls = Array.from({ length: 12 }, () => gateway.call(() => client.workflow.count()));
  const answers = await Promise.allSettled(calls);
  const refused = answers.filter((answer) => answer.status === 'rejected');
  expect(refused.length).toBeGreaterThan(0);
  for (const { reason } of refused) expect(reason).toMatchObject({ code: 'unavailable' });
});
