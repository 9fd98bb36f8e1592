import path from 'node:path';
import facilityApp from '../../examples/facility/holdfast.config';
import { facilitySchedules } from '../../examples/facility/src/schedules';
import { App } from '../../src/app/app';
import { TaskClient } from '../../src/client/task-client';
import { readConfig } from '../../src/config';
import { createLogger } from '../../src/logging';
import { createSchedules } from '../../src/worker/create-schedules';
import { Harness } from '../support/harness';
import { cli } from '../support/processes/cli';
import { startRole } from '../support/processes/role-process';
import type { RunningProcess } from '../support/processes/running-process';
import { until } from '../support/until';

/** The application in the roles of the built product, which are told of it by a setting alone. */
let harness: Harness;
let tasks: TaskClient;
let env: Record<string, string>;
const workers: RunningProcess[] = [];

beforeAll(async () => {
  harness = await Harness.start({ onDisk: true });
  const { artifacts, temporal: client } = harness;
  const { contracts, categories } = new App(facilityApp, readConfig({}));
  tasks = new TaskClient({ client, contracts, categories, artifacts, deadline: 2 });
  env = {
    ...harness.env,
    HOLDFAST_HOME: harness.folder,
    HOLDFAST_ARTIFACTS: artifacts.folder,
    HOLDFAST_APP: path.join(__dirname, '..', '..', 'examples', 'facility'),
  };
});
afterAll(async () => {
  for (const worker of workers) await worker.stop('SIGKILL');
  await harness.close();
});

async function startWorker(ready?: string): Promise<RunningProcess> {
  const worker = await startRole('worker', env, ready);
  workers.push(worker);
  return worker;
}

async function scheduleIds(): Promise<string[]> {
  return (await tasks.schedules.list()).schedules.map(({ id }) => id).sort();
}

const all = facilitySchedules.map(({ id }) => id).sort();

it('a worker creates the schedules, leaves the one that an operator has changed, and takes the runs', async () => {
  const [order] = facilitySchedules;
  const id = order?.id ?? '';
  const { every: _every, ...rest } = order as typeof order & object;
  await tasks.schedules.create({ ...rest, cron: '0 4 * * *' });
  const worker = await startWorker();
  // Asked for again and again, the server soon refuses to list them.
  const created = () => worker.lines.filter(({ msg }) => msg === 'schedule created').length;
  await until('all other schedules are created', () => created() === all.length - 1);

  expect(await scheduleIds()).toEqual(all);
  expect((await tasks.schedules.read(id)).cron).toBe('0 4 * * *');
  const told = worker.lines.filter(({ msg }) => String(msg).startsWith('a schedule is left as it is: '));
  expect(told).toEqual([expect.objectContaining({ schedule: id, msg: expect.stringContaining('another cron') })]);

  const { task } = await tasks.submit({ type: 'jobs.autoclose', input: {} });
  expect((await tasks.wait(task.id, 60)).state).toBe('completed');
});

it('a second process gets no embedded database while one has it', async () => {
  await expect(startWorker()).rejects.toThrow(/process \d+.*FACILITY_DATABASE/s);
});

it('the command line knows the types with the setting only, and says who has the embedded database', async () => {
  const on = await cli(harness, ['types', '--json'], { shipped: true, env });
  const off = await cli(harness, ['types', '--json'], {
    shipped: true,
    env: { ...env, HOLDFAST_APP: '' },
  });
  expect(on.stdout).toContain('"jobs.autoclose"');
  expect(off.stdout).not.toContain('jobs.autoclose');

  const { task } = await tasks.submit({ type: 'jobs.autoclose', input: {} });
  const rehearsal = await cli(harness, ['rehearse', task.id], { shipped: true, env });
  expect([rehearsal.code, rehearsal.stderr]).toEqual([2, expect.stringContaining('belongs to the running worker')]);
});

it('schedules are created once a Temporal that was away is back', async () => {
  for (const id of await scheduleIds()) await tasks.schedules.delete(id);
  harness.server.freeze();
  let log = '';
  const logger = createLogger('info', 'test', { write: (line) => (log += line) });
  const stop = createSchedules({ schedules: tasks.schedules, orders: facilitySchedules, logger });
  try {
    await until('it was tried in vain', () => log.includes('could not be created'));
    harness.server.thaw();
    // An order that was given up for lost may still take effect, so no log helps; asked too often, the server refuses.
    await until('all schedules are there', async () => (await scheduleIds().catch(() => [])).length >= all.length);
  } finally {
    harness.server.thaw();
    await stop();
  }
});
