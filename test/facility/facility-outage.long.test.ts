import { rename, rm, writeFile } from 'node:fs/promises';
import { TaskClient } from '../../src/client/task-client';
import type { HoldfastError } from '../../src/errors';
import { Harness } from '../support/harness';
import { PostgresServer } from '../support/servers/postgres';
import { until } from '../support/until';
import { FacilityBench, quickContracts } from './facility-bench';
import { addLateJob, addSite } from './rows';

let harness: Harness;
let postgres: PostgresServer;
let bench: FacilityBench;
let stopWorkers: () => Promise<void>;

beforeAll(async () => {
  harness = await Harness.start({ onDisk: true });
  postgres = await PostgresServer.start();
  bench = await FacilityBench.start(harness, { kind: 'postgres', url: await postgres.createDatabase() });
  stopWorkers = await bench.startWorkers();
});
afterAll(async () => {
  await stopWorkers();
  await bench.close();
  await harness.close();
  await postgres.stop();
});

/** It heals by itself soon after the database is back. */
const HEALS = { redrives: { transient: [1, 1, 1, 1, 1, 1, 1, 1, 1, 1], external: [1, 1, 1, 1, 1, 1, 1, 1, 1, 1] } };

const closed = async () =>
  (await bench.database.selectFrom('effects').select('key').execute()).map(({ key }) => key.split(':')[1]);

it('while the database is down, tasks are taken and answered; when it is back, each is done once', async () => {
  const site = await addSite(bench.database);
  const job = await addLateJob(bench.database, site);
  const submit = (key: string, input: object) =>
    bench.tasks.submit({ type: 'jobs.autoclose', input, key, policy: HEALS });
  await postgres.crash();
  const run = await submit('run', {});
  const item = await submit('item', { job });
  expect(await submit('run', {})).toMatchObject({ duplicate: true, task: { id: run.task.id } });
  await until('attempts have failed', async () => {
    const tasks = await Promise.all([run, item].map(({ task }) => bench.tasks.read(task.id)));
    return tasks.every(({ failures = [] }) => failures.length > 0);
  });
  expect(await submit('run', {})).toMatchObject({ duplicate: true, task: { id: run.task.id } });
  await postgres.startAgain();
  expect(await bench.tasks.wait(item.task.id, 60)).toMatchObject({ state: 'completed', result: { id: [job] } });
  expect(await bench.tasks.wait(run.task.id, 60)).toMatchObject({ state: 'completed' });
  expect(await closed()).toEqual([String(job)]);
  expect(new Set(await bench.mailed(site, 2)).size).toBe(2);
  expect(bench.mailsOf(site)).toHaveLength(2);
});

it('while the artifact store is away, tasks are taken and answered; when it is back, each is done once', async () => {
  const site = await addSite(bench.database);
  const job = await addLateJob(bench.database, site);
  await harness.artifacts.put(Buffer.from('what is there before'));
  const { folder } = harness.artifacts;
  await rename(folder, `${folder}.away`);
  // In its place is something that no folder can be made in.
  await writeFile(folder, '');
  const order = { type: 'jobs.autoclose', input: {}, key: 'no-store', policy: HEALS };
  const { task } = await bench.tasks.submit(order);
  expect(await bench.tasks.submit(order)).toMatchObject({ duplicate: true, task: { id: task.id } });
  const large = bench.tasks.submit({ ...order, key: 'large', input: { at: 'x'.repeat(200_000) } });
  await expect(large).rejects.toThrow();
  const failed = async () => {
    const { tasks } = await bench.tasks.list();
    const views = await Promise.all(tasks.map(({ id }) => bench.tasks.read(id)));
    return views.find(({ failures = [], state }) => failures.length > 0 && state !== 'completed');
  };
  try {
    const seen = await until('an attempt has failed for the sake of the store', failed);
    expect(seen.failures?.at(-1)?.message).toContain('ENOTDIR');
  } finally {
    await rm(folder);
    await rename(`${folder}.away`, folder);
  }
  await until('all of it is done', async () => {
    for (const { id } of await bench.parked()) await bench.tasks.act(id, 'retry').catch(() => undefined);
    return bench.mailsOf(site).length >= 2 && !(await failed());
  });
  expect(await bench.tasks.wait(task.id, 60)).toMatchObject({ state: 'completed' });
  expect(await closed()).toContain(String(job));
  expect(new Set(await bench.mailed(site, 2)).size).toBe(2);
  expect(bench.mailsOf(site)).toHaveLength(2);
});

it('while Temporal is down too, a submission is refused and nothing of it is done later', async () => {
  const site = await addSite(bench.database);
  const job = await addLateJob(bench.database, site);
  const impatient = new TaskClient({
    client: harness.temporal,
    contracts: quickContracts,
    artifacts: harness.artifacts,
    deadline: 2,
  });
  await postgres.crash();
  await harness.server.stop('SIGKILL');
  const refusal = await impatient
    .submit({ type: 'jobs.autoclose', input: { job }, key: 'refused' })
    .catch((error: HoldfastError) => error.code);
  expect(refusal).toBe('unavailable');
  await harness.server.run();
  await postgres.startAgain();
  expect(await bench.tasks.find('jobs.autoclose', 'refused')).toBeUndefined();
  const later = await bench.run('jobs.autoclose', {});
  expect(later).toMatchObject({ state: 'completed', result: { id: [job] } });
});
