import { Harness, readLedger } from './support/harness';
import type { RunningProcess } from './support/running-process';
import { until } from './support/until';
import { startWorkerProcess } from './support/worker-process';

/** Seconds that a task may wait for its first worker. */
const WAIT = 2;
/** Later than this, a wait of that length is over. */
const LONG_ENOUGH = 1000 * (WAIT + 1.5);

let harness: Harness;
const processes: RunningProcess[] = [];

beforeAll(async () => {
  harness = await Harness.start();
});
afterAll(async () => {
  for (const one of processes) await one.stop('SIGKILL');
  await harness.close();
});

/** A task that has the only place of its queue until the file exists. */
async function takesThePlace(queue: string) {
  const waitFor = harness.file();
  const { task } = await harness.tasks.submit({
    type: 'test.probe',
    input: { waitFor },
    policy: { queue, priority: 1 },
  });
  return { id: task.id, waitFor };
}

async function longEnough(): Promise<void> {
  const begin = Date.now();
  await until('the wait is longer than the first one may be', () => Date.now() - begin > LONG_ENOUGH);
}

describe.each([
  ['an ordinary task', 'test.probe', { failures: 1, retryAfter: 1 }, 2],
  ['an inline task', 'test.inline', { failures: 1, retryAfter: 1 }, 2],
  ['a task with a checkpoint', 'test.probe', { failures: 2, retryAfter: 1, checkpoint: 'here', progress: [40] }, 3],
] as const)('%s whose next attempt waits behind others', (name, type, input, attempts) => {
  it('waits for as long as it takes: maxQueueTime is the wait for the first worker', async () => {
    const queue = `one-place-${name.replaceAll(' ', '-')}`;
    await harness.startWorkers({ queues: [queue], concurrency: 1 });
    const { task } = await harness.tasks.submit({ type, input, policy: { queue, maxQueueTime: WAIT, attempts: 5 } });
    await harness.reaches(task.id, 'retrying');
    const other = await takesThePlace(queue);
    await harness.reaches(other.id, 'running');
    await longEnough();
    const waiting = await harness.tasks.read(task.id);
    expect(waiting).toMatchObject({ attempts: 1, failures: [{ attempt: 1 }] });
    expect(['queued', 'retrying']).toContain(waiting.state);
    expect(waiting.progress).toBe('progress' in input ? 40 : 0);
    await harness.touch(other.waitFor);
    const ended = await harness.tasks.wait(task.id, 60);
    expect(ended).toMatchObject({ state: 'completed', attempts, result: { attempt: attempts } });
    expect(ended.failures?.map(({ attempt }) => attempt)).toEqual([1, 2].slice(0, attempts - 1));
  });
});

it('a redriven task waits for as long as it takes, too', async () => {
  const queue = 'one-place-redriven';
  await harness.startWorkers({ queues: [queue], concurrency: 1 });
  const policy = { queue, maxQueueTime: WAIT, attempts: 1, redrives: { transient: [1] } };
  const { task } = await harness.tasks.submit({ type: 'test.parked', input: { failures: 1 }, policy });
  await harness.reaches(task.id, 'dead-lettered');
  const other = await takesThePlace(queue);
  await harness.reaches(other.id, 'running');
  await longEnough();
  await harness.touch(other.waitFor);
  expect(await harness.tasks.wait(task.id, 60)).toMatchObject({ state: 'completed', attempts: 2 });
});

it('an attempt that died before its first sign of life was a worker’s, too', async () => {
  const queue = 'one-place-crashed';
  const worker = await startWorkerProcess(harness, { queue });
  processes.push(worker);
  const ledger = harness.file();
  const policy = { queue, maxQueueTime: WAIT, heartbeatTimeout: 2 };
  const { task } = await harness.tasks.submit({ type: 'test.probe', input: { ledger, crashes: 1 }, policy });
  await until('the attempt has begun', () => readLedger(ledger).begun.length === 1);
  await harness.reaches(task.id, 'retrying', 'queued');
  await longEnough();
  await harness.startWorkers({ queues: [queue] });
  expect(await harness.tasks.wait(task.id, 60)).toMatchObject({
    state: 'completed',
    failures: [{ attempt: 1, lost: true }],
  });
});

it('a first attempt behind others still ends after maxQueueTime', async () => {
  const queue = 'one-place-first';
  await harness.startWorkers({ queues: [queue], concurrency: 1 });
  const other = await takesThePlace(queue);
  await harness.reaches(other.id, 'running');
  const policy = { queue, maxQueueTime: WAIT };
  const { task } = await harness.tasks.submit({ type: 'test.probe', input: {}, policy });
  const failure = { code: 'TASK_QUEUE_TIMED_OUT', message: `Task timed out in queue after ${WAIT} seconds` };
  expect(await harness.reaches(task.id, 'failed')).toMatchObject({ attempts: 0, failure });
  await harness.touch(other.waitFor);
});

it('a task that was paused behind others does not wait for a worker meanwhile', async () => {
  const queue = 'one-place-paused';
  await harness.startWorkers({ queues: [queue], concurrency: 1 });
  const other = await takesThePlace(queue);
  await harness.reaches(other.id, 'running');
  const { task } = await harness.tasks.submit({ type: 'test.probe', input: {}, policy: { queue, maxQueueTime: WAIT } });
  await until('it waits for the place', async () => {
    const { raw } = await harness.temporal.workflow.getHandle(task.id).describe();
    return raw.pendingActivities?.length;
  });
  await harness.tasks.act(task.id, 'pause');
  await longEnough();
  expect(await harness.tasks.read(task.id)).toMatchObject({ state: 'paused', attempts: 0 });
  await harness.touch(other.waitFor);
  await harness.tasks.act(task.id, 'resume');
  expect(await harness.tasks.wait(task.id, 60)).toMatchObject({ state: 'completed', attempts: 1 });
});
