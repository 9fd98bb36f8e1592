import { Harness } from '../support/harness';
import { probeContracts } from '../support/probe-tasks';
import { cli } from '../support/processes/cli';
import type { RunningProcess } from '../support/processes/running-process';
import { startWorkerProcess } from '../support/processes/worker-process';
import { until } from '../support/until';

type Fleet = Awaited<ReturnType<Harness['tasks']['fleet']>>;

let harness: Harness;
let worker: RunningProcess;
let running: string;

const ofProcess = ({ workers }: Fleet) => workers.find(({ identity }) => identity.includes(`-${worker.pid}@`));

beforeAll(async () => {
  harness = await Harness.start();
  worker = await startWorkerProcess(harness, { queue: 'default' });
  const { task } = await harness.tasks.submit({ type: 'test.probe', input: { waitFor: harness.file() } });
  running = task.id;
  await harness.reaches(running, 'running');
});
afterAll(async () => {
  await worker.stop('SIGKILL');
  await harness.close();
});

it('workers shows each with version, queues, running tasks, and the types that it says it serves', async () => {
  await until('it has told of itself, with the task', async () => {
    const view = ofProcess(await harness.tasks.fleet());
    return view?.typesToldBy === 'worker' && view.places?.busy === 1 && view.running.length === 1;
  });
  const { stdout, code } = await cli(harness, ['workers', '--json']);
  expect(code).toBe(0);
  const fleet = JSON.parse(stdout) as Fleet;
  expect(fleet.partial).toBe(false);
  expect(ofProcess(fleet)).toMatchObject({
    version: expect.stringMatching(/^\d+\.\d+\.\d+$/),
    queues: ['default'],
    types: probeContracts.map(({ type }) => type).sort(),
    typesToldBy: 'worker',
    running: [{ id: running, type: 'test.probe', queue: 'default', startedAt: expect.any(String) }],
    // Of its own queue only: it serves that of the control workflows too.
    places: { busy: 1, free: 4 },
    lastSeenAt: expect.any(String),
  });
  const { stdout: text } = await cli(harness, ['workers']);
  expect(text).toContain(`  running: ${running} (test.probe, queue default) for `);
});

it('workers says by the queues which types one serves that has not said so', async () => {
  const stop = await harness.startWorkers({ contracts: [], handlers: {}, queues: ['reports'] });
  const other = await until('it polls', async () =>
    (await harness.tasks.fleet()).workers.find(({ queues }) => queues.includes('reports')),
  );
  // No probe's policy names that queue.
  expect(other).toMatchObject({ types: [], typesToldBy: 'catalogue', running: [] });
  await stop();
});

it('workers names the running task of a worker although hundreds wait behind it, and says that it is a part', async () => {
  const stop = await harness.startWorkers({ queues: ['critical'], concurrency: 1 });
  const policy = { queue: 'critical' };
  const waitFor = harness.file();
  const { task } = await harness.tasks.submit({ type: 'test.probe', input: { waitFor }, policy });
  await harness.reaches(task.id, 'running');
  const crowd = Array.from({ length: 220 }, () => ({ type: 'test.probe', input: {}, policy }));
  expect((await harness.tasks.submitAll(crowd)).every((one) => !('error' in one))).toBe(true);
  const fleet = await until('the crowd is listed', async () => {
    const seen = await harness.tasks.fleet();
    return seen.partial ? seen : undefined;
  });
  const worker = fleet.workers.find(({ queues }) => queues.includes('critical'));
  expect(fleet.scanned).toBeLessThanOrEqual(200);
  expect(worker?.running.map(({ id }) => id)).toEqual([task.id]);
  await harness.touch(waitFor);
  await stop();
});

it('queues shows what waits and which workers serve it, and says where none does', async () => {
  await harness.tasks.submit({ type: 'test.probe', input: {}, priority: 2, policy: { queue: 'maintenance' } });
  await until('it waits', async () => (await harness.tasks.queue('maintenance')).backlog === 1);
  const { stdout, stderr, code } = await cli(harness, ['queues']);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^default +1 +0/m);
  expect(stdout).toMatch(/^maintenance +0 +1 .*2: 1$/m);
  expect(stderr).toBe(
    'No worker serves queue maintenance, and 1 wait. Start one: npm run worker -- --queues maintenance\n',
  );
  const { stdout: json } = await cli(harness, ['queues', '--json']);
  const { queues } = JSON.parse(json) as { queues: { queue: string }[] };
  expect(queues.find(({ queue }) => queue === 'maintenance')).toMatchObject({ workers: [], backlog: 1 });
});

it('types shows the catalogue, also while Temporal is away', async () => {
  const env = { TEMPORAL_ADDRESS: '127.0.0.1:1' };
  const { stdout, code } = await cli(harness, ['types'], { env });
  expect(code).toBe(0);
  expect(stdout).toMatch(/^test\.critical +critical +default +1 +1 +3600 s$/m);
  const { stdout: json } = await cli(harness, ['types', '--json'], { env });
  const { taskTypes } = JSON.parse(json) as { taskTypes: { type: string }[] };
  expect(taskTypes.map(({ type }) => type)).toEqual(probeContracts.map(({ type }) => type));
  expect(taskTypes[0]).toMatchObject({ input: { type: 'object' }, example: {}, policy: { queue: 'default' } });
});
