import type { TimelineEntry } from '../../src/client/read/timeline-entry';
import { TestApi } from '../support/api';
import { Harness, readLedger } from '../support/harness';
import { runMonitor } from '../support/monitor';
import { cli } from '../support/processes/cli';
import type { RunningProcess } from '../support/processes/running-process';
import { startWorkerProcess } from '../support/processes/worker-process';
import { until } from '../support/until';

let harness: Harness;
let api: TestApi;
const workers: RunningProcess[] = [];
const closers: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  harness = await Harness.start({ onDisk: true });
  api = await TestApi.start(harness);
});
afterAll(async () => {
  for (const close of closers) await close();
  for (const worker of workers) await worker.stop('SIGKILL');
  await api.close();
  await harness.close();
});

async function startWorker(): Promise<RunningProcess> {
  const worker = await startWorkerProcess(harness, { queue: 'recorded' });
  workers.push(worker);
  return worker;
}

async function read(id: string): Promise<TimelineEntry[]> {
  const { status, body } = await api.get(`${api.task(id)}/timeline`);
  expect(status).toBe(200);
  return body.entries;
}

/** Everything but the store is killed and started again. */
async function restartAll(): Promise<void> {
  await api.close();
  await harness.server.stop('SIGKILL');
  await harness.server.run();
  api = await TestApi.start(harness);
}

it('is one record of a task, from its creation to its end, that its ID finds after every restart', async () => {
  const [ledger, waitFor] = [harness.file(), harness.file()];
  const policy = { queue: 'recorded', attempts: 2, redrives: { transient: [3600] }, maxProcessingTime: 30 };
  const { id } = await api.submit('test.probe', { ledger, waitFor, failures: 9 }, { policy });

  const first = await startWorker();
  await until('the first attempt has begun', () => readLedger(ledger).begun.length === 1);
  await until('it has given a life sign', async () => (await harness.tasks.read(id)).lastHeartbeatAt);
  await first.stop('SIGKILL');
  await harness.touch(waitFor);
  const second = await startWorker();
  await harness.reaches(id, 'dead-lettered');
  const parked = await read(id);

  await restartAll();
  expect(await read(id)).toEqual(parked);
  const input = { waitFor: harness.file(), deaf: true };
  const retried = await api.post(`${api.task(id)}/retry`, { by: 'ann', reason: 'the network is back', input });
  expect(retried.status).toBeLessThan(300);
  await harness.reaches(id, 'running');
  await second.stop('SIGKILL');
  // Nobody comes back: the monitor ends it.
  closers.push(await runMonitor(harness));
  // The time without a worker counts from when the server has stopped naming the dead one, which takes a while.
  await until('the task has failed', async () => (await harness.tasks.read(id)).state === 'failed' || undefined, 300);
  const whole = await read(id);

  await restartAll();
  expect(await read(id)).toEqual(whole);
  const { stdout } = await cli(harness, ['info', id, '--json']);
  expect(JSON.parse(stdout).timeline).toEqual(whole);

  expect(whole.slice(0, parked.length)).toEqual(parked);
  const on = (worker: RunningProcess) => expect.stringContaining(`worker-${worker.pid}@`);
  const failed = { event: 'attempt-failed', worker: on(second), text: expect.stringContaining('TRANSIENT_NETWORK') };
  expect(whole).toMatchObject([
    { event: 'created', by: expect.any(String), text: expect.stringContaining('checks') },
    { event: 'queued' },
    { event: 'attempt-lost', attempt: 1, worker: on(first), text: expect.stringContaining('The worker was lost') },
    { ...failed, attempt: 2 },
    { ...failed, attempt: 3 },
    { event: 'dead-lettered', text: expect.stringContaining('probe failed in attempt 3') },
    { event: 'operator-retry', by: 'ann', reason: 'the network is back' },
    { event: 'redriven' },
    { event: 'queued' },
    { event: 'attempt-lost', attempt: 4, worker: on(second), text: expect.stringContaining('no life sign') },
    { event: 'failed', by: 'monitor', text: 'Terminated: Task timed out after 30 seconds' },
  ]);
  expect(whole.map(({ at }) => at)).toEqual(whole.map(({ at }) => at).toSorted());
}, 480_000);
