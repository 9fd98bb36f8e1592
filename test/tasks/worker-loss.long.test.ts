import { setTimeout as sleep } from 'node:timers/promises';
import { Harness, readLedger } from '../support/harness';
import type { RunningProcess } from '../support/processes/running-process';
import { startWorkerProcess } from '../support/processes/worker-process';
import { until } from '../support/until';

/** Real processes and servers: on a machine that does much else, each step takes a multiple of its time. */
jest.setTimeout(360_000);

/** The probes' own heartbeat time-out, in seconds. */
const HEARTBEAT_TIMEOUT = 3;

let harness: Harness;
const processes: RunningProcess[] = [];

beforeAll(async () => {
  harness = await Harness.start({ onDisk: true });
});
afterEach(async () => {
  for (const worker of processes.splice(0)) await worker.stop('SIGKILL');
});
afterAll(() => harness.close());

async function startProcess(options: { grace?: number; queue?: string }): Promise<RunningProcess> {
  const worker = await startWorkerProcess(harness, options);
  processes.push(worker);
  return worker;
}

async function runningOn(queue: string, type = 'test.probe', more: object = {}) {
  const [ledger, waitFor] = [harness.file(), harness.file()];
  const submission = { type, input: { ledger, waitFor, ...more }, policy: { queue }, key: `on-${queue}-${ledger}` };
  const { task } = await harness.tasks.submit(submission);
  await until('the attempt has begun', () => readLedger(ledger).begun.length > 0);
  await harness.reaches(task.id, 'running');
  return { id: task.id, ledger, waitFor, submission };
}

describe('kill -9 of a worker', () => {
  it('in mid-task lets another take over within the heartbeat time-out plus 2 s, as the same task', async () => {
    const first = await startProcess({ queue: 'killed' });
    const { id, ledger, waitFor, submission } = await runningOn('killed', 'test.probe', { progress: [40] });
    await until('a heartbeat has reached the server', async () => (await harness.tasks.read(id)).progress === 40);
    const second = await startProcess({ queue: 'killed' });

    const killedAt = Date.now();
    await first.stop('SIGKILL');
    await until('another attempt has begun', () => readLedger(ledger).begun.length === 2);
    const takeover = (Date.now() - killedAt) / 1000;
    console.info(`take-over after kill -9: ${takeover.toFixed(1)} s (heartbeat time-out ${HEARTBEAT_TIMEOUT} s)`);
    expect(takeover).toBeLessThan(HEARTBEAT_TIMEOUT + 2);

    await harness.touch(waitFor);
    const ended = await harness.tasks.wait(id, 60);
    expect(ended).toMatchObject({ state: 'completed', attempts: 2, failures: [{ attempt: 1, lost: true }] });
    const { begun, done } = readLedger(ledger);
    expect(done).toBe(1);
    expect(begun[1]?.pid).toBe(second.pid);
    expect(begun[0]?.effectKey).toBe(begun[1]?.effectKey);
    expect(await harness.tasks.submit(submission)).toMatchObject({ duplicate: true, task: { id } });
  });

  it('uses up no retry: what may fail once more after it does so, and no more than that', async () => {
    const first = await startProcess({ queue: 'single' });
    const tasks = [];
    // Each loses its first attempt with the worker; then as many fail as its policy and its input say.
    for (const failures of [2, 3]) {
      const [ledger, waitFor] = [harness.file(), harness.file()];
      const policy = { queue: 'single', attempts: 2 };
      const { task } = await harness.tasks.submit({ type: 'test.probe', input: { ledger, waitFor, failures }, policy });
      await until('the attempt has begun', () => readLedger(ledger).begun.length > 0);
      tasks.push({ id: task.id, ledger, waitFor });
    }
    await first.stop('SIGKILL');
    for (const { waitFor } of tasks) await harness.touch(waitFor);
    await startProcess({ queue: 'single' });
    const [heals, fails] = await Promise.all(tasks.map(({ id }) => harness.tasks.wait(id, 60)));
    expect(heals).toMatchObject({ state: 'completed', attempts: 3 });
    expect(heals?.failures?.map(({ attempt, lost = false }) => [attempt, lost])).toEqual([
      [1, true],
      [2, false],
    ]);
    expect(fails).toMatchObject({ state: 'failed', attempts: 3, failure: { code: 'TRANSIENT_NETWORK' } });
  });

  it('that ran a task when it was cancelled leaves it cancelled, and no failure', async () => {
    const first = await startProcess({ queue: 'cancelled' });
    const input = { waitFor: harness.file() };
    // Long enough for the next worker to take note of the cancel before the attempt counts as lost.
    const policy = { queue: 'cancelled', heartbeatTimeout: 8 };
    const { task } = await harness.tasks.submit({ type: 'test.probe', input, policy });
    await harness.reaches(task.id, 'running');
    await startProcess({ queue: 'cancelled' });
    await first.stop('SIGKILL');
    await harness.tasks.act(task.id, 'cancel');
    await harness.reaches(task.id, 'cancelled', 'failed');
    expect(await harness.tasks.read(task.id)).toMatchObject({ state: 'cancelled' });
  });

  it('by the task itself, again and again, ends the task after a bounded number of lost attempts', async () => {
    const policy = { queue: 'poison', lostAttempts: 1 };
    const { task } = await harness.tasks.submit({ type: 'test.probe', input: { crashes: 99 }, policy });
    let worker = await startProcess({ queue: 'poison' });
    const ended = await until(
      'the task has ended',
      async () => {
        if (worker.ended) worker = await startProcess({ queue: 'poison' });
        const view = await harness.tasks.read(task.id);
        return view.state === 'failed' ? view : undefined;
      },
      120,
    );
    expect(ended.failure).toMatchObject({ code: 'SYSTEM_WORKER_CRASH' });
  });

  it('leaves work that must not run twice as outcome unknown, for a person to decide', async () => {
    const first = await startProcess({ queue: 'once' });
    const { id, ledger, waitFor } = await runningOn('once', 'test.once');
    await startProcess({ queue: 'once' });
    await first.stop('SIGKILL');
    const parked = await harness.reaches(id, 'dead-lettered');
    expect(parked).toMatchObject({ failure: { code: 'OUTCOME_UNKNOWN' }, why: { cause: 'waits-for-an-operator' } });
    expect(parked.why?.message).toMatch(/^Outcome unknown/);
    expect(readLedger(ledger).begun).toHaveLength(1);

    await harness.touch(waitFor);
    await harness.tasks.act(id, 'retry', { by: 'ann', reason: 'looked: it had not happened' });
    expect(await harness.tasks.wait(id, 60)).toMatchObject({ state: 'completed' });
    expect(readLedger(ledger).begun).toHaveLength(2);
  });

  it('and of its parked task nothing runs when an operator gives the result', async () => {
    const first = await startProcess({ queue: 'known' });
    const { id, ledger } = await runningOn('known', 'test.once');
    await first.stop('SIGKILL');
    await startProcess({ queue: 'known' });
    await harness.reaches(id, 'dead-lettered');
    await harness.tasks.act(id, 'resolve', { result: { value: 'had happened', attempt: 1 }, by: 'ann' });
    expect(await harness.tasks.wait(id, 60)).toMatchObject({ state: 'completed', result: { value: 'had happened' } });
    expect(readLedger(ledger).begun).toHaveLength(1);
  });
});

describe('SIGTERM of a worker', () => {
  it('lets a running attempt end within the grace', async () => {
    const worker = await startProcess({ queue: 'graceful', grace: 30 });
    const { id, ledger, waitFor } = await runningOn('graceful');
    const exit = worker.stop('SIGTERM');
    // Half a second in which a careless shutdown would have cut the attempt off.
    await sleep(500);
    await harness.touch(waitFor);
    expect(await exit).toBe(0);
    await startProcess({ queue: 'graceful' });
    expect(await harness.tasks.wait(id, 60)).toMatchObject({ state: 'completed', attempts: 1 });
    expect(readLedger(ledger).begun).toHaveLength(1);
  });

  it('hands an attempt over after the grace, without using up a retry', async () => {
    const worker = await startProcess({ queue: 'handed', grace: 1 });
    const ledger = harness.file();
    const waitFor = harness.file();
    const policy = { queue: 'handed', attempts: 1 };
    const { task } = await harness.tasks.submit({ type: 'test.probe', input: { ledger, waitFor }, policy });
    await until('the attempt has begun', () => readLedger(ledger).begun.length > 0);
    await startProcess({ queue: 'handed' });
    expect(await worker.stop('SIGTERM')).toBe(0);
    await until('the other worker has begun', () => readLedger(ledger).begun.length === 2);
    await harness.touch(waitFor);
    expect(await harness.tasks.wait(task.id, 60)).toMatchObject({ state: 'completed', failures: [{ lost: true }] });
  });

  it('that hands an attempt over more often than the policy allows fails the task, and says why', async () => {
    const worker = await startProcess({ queue: 'too-often', grace: 0 });
    const policy = { queue: 'too-often', attempts: 1, lostAttempts: 0 };
    const input = { waitFor: harness.file() };
    const { task } = await harness.tasks.submit({ type: 'test.probe', input, policy });
    await harness.reaches(task.id, 'running');
    await worker.stop('SIGTERM');
    await startProcess({ queue: 'too-often' });
    expect(await harness.reaches(task.id, 'failed')).toMatchObject({
      failure: { code: 'SYSTEM_WORKER_CRASH', class: 'transient' },
      failures: [{ attempt: 1, lost: true }],
    });
  });
});

describe('a shutdown', () => {
  it('that cuts off work that must not run twice leaves it outcome unknown; retry and resolve go on from there', async () => {
    const queue = 'cut-off';
    const stop = await harness.startWorkers({ queues: [queue], shutdownGrace: 0.1, shutdownForce: 2 });
    const [again, given] = [
      await runningOn(queue, 'test.once'),
      await runningOn(queue, 'test.once', { value: 'other' }),
    ];
    await stop();
    await harness.startWorkers({ queues: [queue] });
    for (const { id } of [again, given]) {
      expect(await harness.reaches(id, 'dead-lettered')).toMatchObject({
        failure: { code: 'OUTCOME_UNKNOWN', class: 'unknown' },
      });
    }
    await harness.tasks.act(given.id, 'resolve', { result: { value: 'seen outside', attempt: 1 }, by: 'ann' });
    expect(await harness.tasks.wait(given.id, 60)).toMatchObject({
      state: 'completed',
      result: { value: 'seen outside' },
    });
    await harness.touch(again.waitFor);
    await harness.tasks.act(again.id, 'retry', { by: 'ann', reason: 'it had not happened' });
    expect(await harness.tasks.wait(again.id, 60)).toMatchObject({ state: 'completed' });
    expect([readLedger(again.ledger).begun.length, readLedger(given.ledger).begun.length]).toEqual([2, 1]);
  });
});

describe('kill -9 of the Temporal server', () => {
  it('with its database loses nothing that was accepted', async () => {
    await startProcess({ queue: 'server' });
    const waitFor = harness.file();
    const policy = { queue: 'server' };
    const accepted = await harness.tasks.submitAll(
      Array.from({ length: 20 }, (_, value) => ({
        type: 'test.probe',
        input: { value, waitFor },
        key: `server-${value}`,
        policy,
      })),
    );
    await harness.server.stop('SIGKILL');
    await expect(harness.tasks.submit({ type: 'test.probe', input: {}, policy })).rejects.toMatchObject({
      code: 'unavailable',
    });
    await harness.server.run();
    await harness.touch(waitFor);
    for (const [value, one] of accepted.entries()) {
      if ('error' in one) throw one.error;
      expect(await harness.tasks.wait(one.task.id, 90)).toMatchObject({ state: 'completed', result: { value } });
    }
    const repeated = await harness.tasks.submit({
      type: 'test.probe',
      input: { value: 0, waitFor },
      key: 'server-0',
      policy,
    });
    expect(repeated).toMatchObject({ duplicate: true, task: { state: 'completed' } });
  });
});

describe('an attempt', () => {
  it('logs with task, type, attempt and run', async () => {
    const worker = await startProcess({ queue: 'logged' });
    const { task } = await harness.tasks.submit({
      type: 'test.probe',
      input: { lines: ['hello from the probe'] },
      policy: { queue: 'logged' },
    });
    await harness.tasks.wait(task.id, 60);
    const line = await until('the line is logged', () =>
      worker.lines.find(({ msg }) => msg === 'hello from the probe'),
    );
    expect(line).toMatchObject({ taskId: task.id, type: 'test.probe', attempt: 1, runId: task.runId });
  });
});
