import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { TaskView } from '../../src/client/read/view';
import { Harness, readLedger } from '../support/harness';
import { until } from '../support/until';

const run = promisify(execFile);
let harness: Harness;

beforeAll(async () => {
  harness = await Harness.start();
  await harness.startWorkers();
});
afterAll(() => harness.close());

/** Submits a task whose every failure parks it; `redrives` are those of class transient, in seconds. */
async function submit(input: object, redrives: number[] = [3600], more: object = {}): Promise<string> {
  const policy = { redrives: { transient: redrives } };
  return (await harness.tasks.submit({ type: 'test.parked', input, policy, ...more })).task.id;
}

async function parkedTask(input: object = { failures: 1 }, redrives: number[] = [3600]): Promise<TaskView> {
  return harness.reaches(await submit(input, redrives), 'dead-lettered');
}

async function attribute(id: string, name: string): Promise<unknown> {
  const { searchAttributes } = await harness.temporal.workflow.getHandle(id).describe();
  return searchAttributes[name]?.[0];
}

async function events(id: string): Promise<string[]> {
  return (await harness.tasks.timeline(id)).map(({ event }) => event);
}

describe('a task whose attempts are used up', () => {
  it('is parked with all that a person needs to know (S3-7)', async () => {
    const before = Date.now();
    const task = await parkedTask({ failures: 1, code: 'TRANSIENT_DATABASE' }, [60, 120]);
    const { parking } = task;
    expect(task).toMatchObject({ attempts: 1, failure: { code: 'TRANSIENT_DATABASE', class: 'transient' } });
    expect(parking).toMatchObject({
      number: 1,
      class: 'transient',
      code: 'TRANSIENT_DATABASE',
      message: 'probe failed in attempt 1',
      fingerprint: task.failure?.fingerprint,
      attempts: 1,
      redrives: 0,
      maxRedrives: 2,
      failures: [
        { attempt: 1, code: 'TRANSIENT_DATABASE', error: 'TaskFailure', worker: expect.stringMatching(/^holdfast/) },
      ],
    });
    expect(parking?.firstFailedAt).toBe(parking?.lastFailedAt);
    const due = Date.parse(parking?.nextRedriveAt ?? '') - Date.parse(parking?.since ?? '');
    expect([due, Date.parse(parking?.since ?? '') >= before - 1000]).toEqual([60_000, true]);
    expect(task.why).toMatchObject({ cause: 'waits-for-redrive', message: expect.stringContaining('redrive 1 of 2') });
    expect(await attribute(task.id, 'FailureCode')).toBe('TRANSIENT_DATABASE');
  });

  it('is redriven by itself until it heals, under the same effect key', async () => {
    const ledger = harness.file();
    const id = await submit({ failures: 2, ledger }, [0.3, 0.3, 0.3]);
    expect(await harness.tasks.wait(id, 60)).toMatchObject({ state: 'completed', attempts: 3 });
    const { begun, done } = readLedger(ledger);
    expect([begun.map(({ attempt }) => attempt), done]).toEqual([[1, 2, 3], 1]);
    expect(new Set(begun.map(({ effectKey }) => effectKey)).size).toBe(1);
    expect([await attribute(id, 'FailureOutcome'), await attribute(id, 'FailureClass')]).toEqual([
      'redriven',
      'transient',
    ]);
    expect(await events(id)).toEqual([
      'created',
      ...['queued', 'attempt-failed', 'dead-lettered', 'redriven'],
      ...['queued', 'attempt-failed', 'dead-lettered', 'redriven'],
      ...['queued', 'attempt-succeeded', 'completed'],
    ]);
  });

  it('is given up when its redrives are used up (S3-10: over the limit)', async () => {
    const ledger = harness.file();
    const id = await submit({ failures: 99, ledger }, [0.2, 0.2]);
    const task = await harness.tasks.wait(id, 60);
    expect(task).toMatchObject({
      state: 'failed',
      attempts: 3,
      failure: { code: 'TRANSIENT_NETWORK', abandoned: true, abandonedBecause: 'Exceeded max retries (2)' },
    });
    expect(readLedger(ledger).begun).toHaveLength(3);
    expect(await attribute(id, 'FailureOutcome')).toBe('abandoned');
  });

  it('is given up at once when its failure is permanent', async () => {
    const id = await submit({ failures: 1, code: 'PERMANENT_VALIDATION' });
    expect(await harness.tasks.wait(id, 60)).toMatchObject({
      state: 'failed',
      attempts: 1,
      failure: { abandoned: true, abandonedBecause: 'Failures of class permanent are not redriven' },
    });
    expect(await events(id)).not.toContain('dead-lettered');
  });

  it('is not redriven by itself when running it twice could do harm', async () => {
    const { task } = await harness.tasks.submit({
      type: 'test.once',
      input: { failures: 1 },
      policy: { redrives: { transient: [0.2] } },
    });
    expect(await harness.tasks.wait(task.id, 60)).toMatchObject({
      state: 'failed',
      attempts: 1,
      failure: { abandonedBecause: 'Work that is not idempotent is never repeated by itself' },
    });
  });

  it('is parked the same when its first attempt ran inside the workflow task', async () => {
    const policy = { attempts: 2, redrives: { transient: [0.3] } };
    const { task } = await harness.tasks.submit({ type: 'test.inline', input: { failures: 2 }, policy });
    expect(await harness.tasks.wait(task.id, 60)).toMatchObject({ state: 'completed', attempts: 3 });
    expect(await events(task.id)).toContain('dead-lettered');
  });

  it('shows its earlier attempts also where it is paused before the redriven one begins', async () => {
    const waitFor = harness.file();
    const id = await submit({ failures: 1, waitFor }, [0.2]);
    await harness.reaches(id, 'running');
    await harness.tasks.act(id, 'pause');
    await until('the pause shows', async () => (await harness.tasks.read(id)).pauseRequested);
    await harness.touch(waitFor);
    await until('it is redriven', async () => (await events(id)).includes('redriven'));
    const failures = [{ attempt: 1, message: 'probe failed in attempt 1' }];
    expect(await harness.tasks.read(id)).toMatchObject({ state: 'paused', attempts: 1, failures });
    await harness.tasks.act(id, 'resume');
    expect(await harness.tasks.wait(id, 60)).toMatchObject({ state: 'completed', attempts: 2 });
  });

  it('has all its attempts again after each redrive', async () => {
    const ledger = harness.file();
    const policy = { attempts: 2, redrives: { transient: [0.2] } };
    const { task } = await harness.tasks.submit({ type: 'test.parked', input: { failures: 3, ledger }, policy });
    expect(await harness.tasks.wait(task.id, 60)).toMatchObject({ state: 'completed', attempts: 4 });
    expect(readLedger(ledger).begun.map(({ attempt }) => attempt)).toEqual([1, 2, 3, 4]);
  });
});

describe('a task that healed before it was used up', () => {
  it('says so to lists', async () => {
    const { task } = await harness.tasks.submit({ type: 'test.probe', input: { failures: 1 } });
    await harness.tasks.wait(task.id, 60);
    expect(await attribute(task.id, 'FailureOutcome')).toBe('retried');
  });

  it('and one that never failed says nothing', async () => {
    const { task } = await harness.tasks.submit({ type: 'test.probe', input: {} });
    await harness.tasks.wait(task.id, 60);
    expect(await attribute(task.id, 'FailureOutcome')).toBeUndefined();
  });
});

describe("an operator's word to a parked task", () => {
  it('runs it again now, and its redrives count from the beginning', async () => {
    const { id } = await parkedTask({ failures: 2 });
    const after = await harness.tasks.act(id, 'retry', { by: 'ann', reason: 'the network is back' });
    expect(['dead-lettered', 'queued', 'running']).toContain(after.state);
    const again = await until('it is parked again', async () => {
      const task = await harness.tasks.read(id);
      return task.parking?.number === 2 ? task : undefined;
    });
    expect(again.parking).toMatchObject({ redrives: 0, attempts: 2 });
    const entries = await harness.tasks.timeline(id);
    expect(entries).toContainEqual(
      expect.objectContaining({ event: 'operator-retry', by: 'ann', reason: 'the network is back' }),
    );
    await harness.tasks.act(id, 'retry');
    expect(await harness.tasks.wait(id, 60)).toMatchObject({ state: 'completed', attempts: 3 });
    expect(await attribute(id, 'FailureOutcome')).toBe('operator');
  });

  it('runs it again with a corrected input, which the contract checks first (S3-19)', async () => {
    const { id } = await parkedTask({ failures: 9 });
    await expect(harness.tasks.act(id, 'retry', { input: { failures: 'none' } })).rejects.toMatchObject({
      code: 'invalid-request',
      extra: { issues: [{ pointer: '/input/failures' }] },
    });
    expect((await harness.tasks.read(id)).state).toBe('dead-lettered');
    await harness.tasks.act(id, 'retry', { input: { value: 'corrected' } });
    expect(await harness.tasks.wait(id, 60)).toMatchObject({ state: 'completed', result: { value: 'corrected' } });
  });

  it('runs it again at a given time (S3-10)', async () => {
    const ledger = harness.file();
    const { id } = await parkedTask({ failures: 1, ledger });
    const at = new Date(Date.now() + 3000).toISOString();
    await harness.tasks.act(id, 'retry', { at, by: 'ann' });
    await until('the time shows', async () => (await harness.tasks.read(id)).parking?.nextRedriveAt === at);
    expect((await harness.tasks.read(id)).state).toBe('dead-lettered');
    expect(readLedger(ledger).begun).toHaveLength(1);
    const task = await harness.tasks.wait(id, 60);
    expect(task.state).toBe('completed');
    expect(Date.parse(task.endedAt ?? '')).toBeGreaterThanOrEqual(Date.parse(at));
  });

  it('of a later time is replaced by a later word', async () => {
    const { id } = await parkedTask();
    await harness.tasks.act(id, 'retry', { at: new Date(Date.now() + 3600_000).toISOString() });
    await harness.tasks.act(id, 'retry');
    expect(await harness.tasks.wait(id, 60)).toMatchObject({ state: 'completed' });
  });

  it('gives its result', async () => {
    const { id } = await parkedTask();
    await harness.tasks.act(id, 'resolve', { result: { value: 7, attempt: 0 }, by: 'ann' });
    expect(await harness.tasks.wait(id, 60)).toMatchObject({
      state: 'completed',
      attempts: 1,
      failures: [{ attempt: 1 }],
      resolvedBy: 'ann',
    });
    expect(await attribute(id, 'FailureOutcome')).toBe('operator');
  });

  it('gives it up, and its key comes free', async () => {
    const id = await submit({ failures: 9 }, [3600], { key: 'given-up' });
    await harness.reaches(id, 'dead-lettered');
    await harness.tasks.act(id, 'abandon', { reason: 'not needed any more', by: 'ann' });
    expect(await harness.tasks.wait(id, 60)).toMatchObject({
      state: 'failed',
      attempts: 1,
      failure: { code: 'ABANDONED', abandoned: true, message: 'not needed any more' },
    });
    const again = await harness.tasks.submit({ type: 'test.parked', input: { value: 1 }, key: 'given-up' });
    expect(again.duplicate).toBe(false);
  });

  it('is void when it answers a parking that is over', async () => {
    const { id } = await parkedTask({ failures: 2 });
    await harness.tasks.act(id, 'retry', { parking: 1 });
    await until('it is parked again', async () => (await harness.tasks.read(id)).parking?.number === 2);
    await expect(harness.tasks.act(id, 'abandon', { parking: 1, reason: 'late' })).rejects.toMatchObject({
      code: 'state-conflict',
      message: 'The task has moved on: it is in parking 2.',
    });
    // The same by the stock CLI reaches the workflow, which ignores it.
    const input = JSON.stringify({ parking: 1, reason: 'late' });
    const address = ['--address', harness.server.address];
    const cli = process.env.TEMPORAL_CLI_PATH ?? 'temporal';
    await run(cli, ['workflow', 'signal', '--workflow-id', id, '--name', 'abandon', '--input', input, ...address]);
    await run(cli, [
      'workflow',
      'signal',
      '--workflow-id',
      id,
      '--name',
      'retry',
      '--input',
      '{"at":"soon"}',
      ...address,
    ]);
    await run(cli, ['workflow', 'signal', '--workflow-id', id, '--name', 'retry', ...address]);
    expect(await harness.tasks.wait(id, 60)).toMatchObject({ state: 'completed', attempts: 3 });
  });

  it('cancels it', async () => {
    const { id } = await parkedTask();
    await harness.tasks.act(id, 'cancel');
    await harness.reaches(id, 'cancelled');
  });

  it('refuses another time for a task between two attempts, and says why', async () => {
    const { task } = await harness.tasks.submit({ type: 'test.probe', input: { failures: 1, retryAfter: 30 } });
    await harness.reaches(task.id, 'retrying');
    const at = new Date(Date.now() + 60_000).toISOString();
    await expect(harness.tasks.act(task.id, 'retry', { at })).rejects.toMatchObject({
      code: 'state-conflict',
      message: expect.stringContaining('takes no other time'),
    });
    await expect(harness.tasks.act(task.id, 'retry', { at: 'soon' })).rejects.toMatchObject({
      code: 'invalid-request',
    });
    await harness.tasks.act(task.id, 'cancel');
  });

  it('runs a task that was given up again later, at a given time, under the same ID and effect key', async () => {
    const ledger = harness.file();
    const id = await submit({ failures: 1, ledger }, []);
    await harness.tasks.wait(id, 60);
    const at = new Date(Date.now() + 2000).toISOString();
    await harness.tasks.act(id, 'retry', { at, input: { ledger, value: 'later' }, by: 'ann' });
    expect(await harness.tasks.read(id)).toMatchObject({ state: 'scheduled', scheduledFor: at });
    const task = await harness.tasks.wait(id, 60);
    expect(task).toMatchObject({ id, state: 'completed', result: { value: 'later' } });
    expect(Date.parse(task.endedAt ?? '')).toBeGreaterThanOrEqual(Date.parse(at));
    expect(new Set(readLedger(ledger).begun.map(({ effectKey }) => effectKey)).size).toBe(1);
    expect(await attribute(id, 'FailureOutcome')).toBe('operator');
  });
});

it('a task that was given up keeps the correction that it got while it was parked', async () => {
  const ledger = harness.file();
  const { id } = await parkedTask({ failures: 1 });
  await harness.tasks.act(id, 'retry', { input: { ledger, failures: 9, code: 'PERMANENT_VALIDATION' } });
  await harness.reaches(id, 'failed');
  await harness.tasks.act(id, 'retry');
  await until('the corrected input has run twice', () => readLedger(ledger).begun.length === 2);
});

describe('the key of a failing task (S3-5)', () => {
  it('answers with the parked task and its last failure, and its redrives go on', async () => {
    const key = 'parked-key';
    const input = { failures: 1 };
    const policy = { redrives: { transient: [2] } };
    const first = await harness.tasks.submit({ type: 'test.parked', input, key, policy });
    await harness.reaches(first.task.id, 'dead-lettered');
    const again = await harness.tasks.submit({ type: 'test.parked', input, key, policy });
    expect(again).toMatchObject({
      duplicate: true,
      task: { state: 'dead-lettered', failure: { code: 'TRANSIENT_NETWORK', message: 'probe failed in attempt 1' } },
    });
    expect(again.task.result).toBeUndefined();
    expect(await harness.tasks.wait(first.task.id, 60)).toMatchObject({ state: 'completed', attempts: 2 });
  });

  it('answers with the failure as a failure once it was given up, for at most an hour', async () => {
    const key = 'failed-key';
    const policy = { window: 86_400, failureWindow: 86_400, redrives: { transient: [] } };
    const submission = { type: 'test.parked', input: { failures: 1 }, key, policy };
    const first = await harness.tasks.submit(submission);
    const failed = await harness.tasks.wait(first.task.id, 60);
    const again = await harness.tasks.submit(submission);
    expect(again).toMatchObject({ duplicate: true, task: { state: 'failed', failure: { abandoned: true } } });
    const held = Date.parse(failed.windowEndsAt ?? '') - Date.parse(failed.endedAt ?? '');
    expect(held).toBe(3600_000);
  });
});

it('a parked task outlives its workers, and is redriven by the next one', async () => {
  const own = await harness.startWorkers({ queues: ['outlived'] });
  const id = await submit({ failures: 1 }, [1], { policy: { queue: 'outlived', redrives: { transient: [1] } } });
  await harness.reaches(id, 'dead-lettered');
  await own();
  const { parking } = await harness.tasks.read(id);
  await until('its time has come', () => Date.now() > Date.parse(parking?.nextRedriveAt ?? ''));
  expect((await harness.tasks.read(id)).state).toBe('dead-lettered');
  await harness.startWorkers({ queues: ['outlived'] });
  expect(await harness.tasks.wait(id, 60)).toMatchObject({ state: 'completed', attempts: 2 });
});
