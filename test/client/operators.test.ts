import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { Harness, readLedger } from '../support/harness';
import { until } from '../support/until';

const run = promisify(execFile);
let harness: Harness;

beforeAll(async () => {
  harness = await Harness.start();
  await harness.startWorkers();
});
afterAll(() => harness.close());

/** The stock CLI, as an operator types it. */
function temporal(...args: string[]) {
  return run(process.env.TEMPORAL_CLI_PATH ?? 'temporal', [...args, '--address', harness.server.address]);
}

async function runningTask(more: object = {}) {
  const waitFor = harness.file();
  const { task } = await harness.tasks.submit({ type: 'test.probe', input: { waitFor, ...more } });
  await harness.reaches(task.id, 'running');
  return { id: task.id, waitFor };
}

describe('pause', () => {
  it('of a running attempt takes effect after it: success stands', async () => {
    const { id, waitFor } = await runningTask();
    await harness.tasks.act(id, 'pause');
    await until('the pause shows', async () => (await harness.tasks.read(id)).pauseRequested);
    expect((await harness.tasks.read(id)).state).toBe('running');
    await harness.touch(waitFor);
    expect(await harness.tasks.wait(id, 60)).toMatchObject({ state: 'completed' });
  });

  it('holds the attempt after a failed one until resume', async () => {
    const ledger = harness.file();
    const { id, waitFor } = await runningTask({ failures: 1, ledger });
    await harness.tasks.act(id, 'pause');
    await until('the pause shows', async () => (await harness.tasks.read(id)).pauseRequested);
    await harness.touch(waitFor);
    await harness.reaches(id, 'paused');
    expect(readLedger(ledger).done).toBe(0);
    await harness.tasks.act(id, 'resume');
    expect(await harness.tasks.wait(id, 60)).toMatchObject({ state: 'completed' });
  });

  it('between attempts holds the next one on the server', async () => {
    const { task } = await harness.tasks.submit({ type: 'test.probe', input: { failures: 1, retryAfter: 3 } });
    await harness.reaches(task.id, 'retrying');
    expect(await harness.tasks.act(task.id, 'pause')).toMatchObject({ state: 'paused', why: { cause: 'paused' } });
    await harness.tasks.act(task.id, 'resume');
    expect(await harness.tasks.wait(task.id, 60)).toMatchObject({ state: 'completed', attempts: 2 });
  });

  it('of a running attempt that then fails for long: resume starts the next one now, whenever it was due', async () => {
    const { id, waitFor } = await runningTask({ failures: 1, retryAfter: 3600 });
    await harness.tasks.act(id, 'pause');
    // The workflow has looked for attempts to hold, and found only one that runs.
    await until('the pause is dealt with', async () => {
      const { raw, historyLength } = await harness.temporal.workflow.getHandle(id).describe();
      return historyLength > 8 && raw.pendingActivities?.length === 1 && !raw.pendingWorkflowTask;
    });
    await harness.touch(waitFor);
    await harness.reaches(id, 'paused');
    await harness.tasks.act(id, 'resume');
    expect(await harness.tasks.wait(id, 60)).toMatchObject({ state: 'completed', attempts: 2 });
  });

  it('of a scheduled task shows, and resume makes it scheduled again', async () => {
    const runAt = new Date(Date.now() + 3600_000);
    const { task } = await harness.tasks.submit({ type: 'test.probe', input: {}, runAt });
    await harness.tasks.act(task.id, 'pause');
    await harness.reaches(task.id, 'paused');
    await harness.tasks.act(task.id, 'resume');
    await harness.reaches(task.id, 'scheduled');
    await harness.tasks.act(task.id, 'cancel');
    await harness.reaches(task.id, 'cancelled');
  });
});

it('a scheduled task that was paused before any worker took it shows the pause, and resume ends it', async () => {
  const policy = { queue: 'served-later' };
  const runAt = new Date(Date.now() + 3600_000);
  const { task } = await harness.tasks.submit({ type: 'test.probe', input: {}, runAt, policy });
  await harness.tasks.act(task.id, 'pause');
  const stop = await harness.startWorkers({ queues: [policy.queue] });
  await harness.reaches(task.id, 'paused');
  await harness.tasks.act(task.id, 'resume');
  await harness.reaches(task.id, 'scheduled');
  await stop();
});

describe('an operator ends a task', () => {
  it('with a result', async () => {
    const { id } = await runningTask();
    await harness.tasks.act(id, 'resolve', { result: { value: 'given', attempt: 0 }, by: 'ann' });
    expect(await harness.tasks.wait(id, 60)).toMatchObject({
      state: 'completed',
      result: { value: 'given' },
      resolvedBy: 'ann',
    });
  });

  it('with a failure', async () => {
    const { id } = await runningTask();
    await harness.tasks.act(id, 'fail', { reason: 'not wanted' });
    expect(await harness.tasks.wait(id, 60)).toMatchObject({ state: 'failed', failure: { message: 'not wanted' } });
  });

  it('by abandoning it, which frees its key at once', async () => {
    const waitFor = harness.file();
    const submission = { type: 'test.probe', input: { waitFor }, key: 'abandoned' };
    const { task } = await harness.tasks.submit(submission);
    await harness.reaches(task.id, 'running');
    await harness.tasks.act(task.id, 'abandon', { reason: 'never mind' });
    expect(await harness.tasks.wait(task.id, 60)).toMatchObject({
      state: 'failed',
      failure: { code: 'ABANDONED', abandoned: true },
    });
    expect(await harness.tasks.submit(submission)).toMatchObject({ duplicate: false });
    await harness.touch(waitFor);
  });

  it('but a handler that succeeds all the same stands', async () => {
    const { id, waitFor } = await runningTask({ deaf: true, value: 'done' });
    await harness.tasks.act(id, 'fail', { reason: 'too late' });
    await harness.touch(waitFor);
    expect(await harness.tasks.wait(id, 60)).toMatchObject({ state: 'completed', result: { value: 'done' } });
  });
});

describe('an ended task', () => {
  it('answers messages with a conflict that names its state', async () => {
    const { task } = await harness.tasks.submit({ type: 'test.probe', input: {} });
    await harness.tasks.wait(task.id, 60);
    for (const action of ['cancel', 'pause', 'resume', 'retry', 'fail', 'abandon', 'resolve'] as const) {
      const message = { reason: 'x', result: { value: 1, attempt: 1 } };
      await expect(harness.tasks.act(task.id, action, message)).rejects.toMatchObject({
        code: 'state-conflict',
        extra: { state: 'completed' },
      });
    }
  });

  it('that failed runs again on retry: same task, same generation, corrected input, same answer to its key', async () => {
    const ledger = harness.file();
    const submission = {
      type: 'test.probe',
      input: { failures: 9, code: 'PERMANENT_VALIDATION' as const, ledger },
      key: 'redriven',
    };
    const { task } = await harness.tasks.submit(submission);
    const failed = await harness.tasks.wait(task.id, 60);
    await harness.tasks.act(task.id, 'retry', { input: { ledger, value: 'corrected' }, by: 'ann', reason: 'typo' });
    const again = await harness.tasks.wait(task.id, 60);
    expect(again).toMatchObject({
      id: task.id,
      generation: failed.generation,
      state: 'completed',
      result: { value: 'corrected' },
    });
    expect(again.runId).not.toBe(failed.runId);
    expect(await harness.tasks.submit(submission)).toMatchObject({ duplicate: true, task: { state: 'completed' } });
    const { begun } = readLedger(ledger);
    expect(begun[0]?.effectKey).toBe(begun[1]?.effectKey);
    const story = (await harness.tasks.timeline(task.id)).map(({ event }) => event);
    expect(story.filter((event) => ['created', 'failed', 'redriven', 'completed'].includes(event))).toEqual([
      'created',
      'failed',
      'redriven',
      'completed',
    ]);
  });

  it('that failed takes a result, without its handler running again', async () => {
    const ledger = harness.file();
    const input = { failures: 9, code: 'PERMANENT_VALIDATION' as const, ledger };
    const { task } = await harness.tasks.submit({ type: 'test.probe', input });
    await harness.tasks.wait(task.id, 60);
    await harness.tasks.act(task.id, 'resolve', { result: { value: 'by hand', attempt: 0 }, by: 'ann' });
    expect(await harness.tasks.wait(task.id, 60)).toMatchObject({
      state: 'completed',
      result: { value: 'by hand' },
      resolvedBy: 'ann',
    });
    expect(readLedger(ledger).begun).toHaveLength(1);
  });

  it('refuses a corrected input that its contract refuses', async () => {
    const { task } = await harness.tasks.submit({
      type: 'test.probe',
      input: { failures: 9, code: 'PERMANENT_VALIDATION' },
    });
    await harness.tasks.wait(task.id, 60);
    await expect(harness.tasks.act(task.id, 'retry', { input: { nonsense: 1 } })).rejects.toMatchObject({
      code: 'invalid-request',
    });
  });
});

describe('a task between attempts', () => {
  it('takes no corrected input, and says what to do instead', async () => {
    const { task } = await harness.tasks.submit({ type: 'test.probe', input: { failures: 1, retryAfter: 3600 } });
    await harness.reaches(task.id, 'retrying');
    await expect(harness.tasks.act(task.id, 'retry', { input: {} })).rejects.toMatchObject({
      code: 'state-conflict',
      message: expect.stringContaining('fail it and retry it then'),
    });
    await harness.tasks.act(task.id, 'cancel');
  });
});

describe('the stock CLI', () => {
  const SIGNALS = ['retry', 'resolve', 'fail', 'abandon', 'pause', 'resume', 'expire'];

  it('may send every signal without arguments, with garbage and under unknown names: the task goes on', async () => {
    const { id, waitFor } = await runningTask();
    const signal = (name: string, ...more: string[]) =>
      temporal('workflow', 'signal', '--workflow-id', id, '--name', name, ...more);
    for (const name of SIGNALS.filter((one) => one !== 'pause')) await signal(name);
    for (const name of SIGNALS) {
      await signal(name, '--input', '[1, 2]');
      await signal(name, '--input', '{"by": 5, "reason": {}}');
      await signal(name, '--input', '"x"', '--input-meta', 'encoding=no/such-thing');
      await signal(name, '--input', '{"parking": 99, "reason": "late", "result": 1}');
    }
    for (const name of ['no-such-signal', '__temporal_workflow', '__stack_trace'])
      await signal(name, '--input', '1').catch(() => undefined);
    expect((await harness.tasks.read(id)).state).toBe('running');
    await harness.touch(waitFor);
    expect(await harness.tasks.wait(id, 60)).toMatchObject({ state: 'completed' });
  });

  it('pauses, resumes and cancels', async () => {
    const { id } = await runningTask();
    await temporal('workflow', 'signal', '--workflow-id', id, '--name', 'pause');
    await until('the pause shows', async () => (await harness.tasks.read(id)).pauseRequested);
    await temporal('workflow', 'signal', '--workflow-id', id, '--name', 'resume');
    await until('the pause is over', async () => !(await harness.tasks.read(id)).pauseRequested);
    await temporal('workflow', 'cancel', '--workflow-id', id);
    expect(await harness.reaches(id, 'cancelled')).toMatchObject({ why: { cause: 'ended' } });
  });

  it('lists tasks by type, and reads the state by query', async () => {
    const { id, waitFor } = await runningTask();
    await until('the CLI lists the task', async () => {
      const { stdout } = await temporal('workflow', 'list', '--query', 'WorkflowType="test.probe"', '--output', 'json');
      return stdout.includes(id);
    });
    const { stdout } = await temporal('workflow', 'query', '--workflow-id', id, '--type', 'state');
    expect(stdout).toContain('"paused":false');
    await harness.touch(waitFor);
  });

  it('resets: the same task runs again, and its timeline says that it was set back', async () => {
    const input = { failures: 9, code: 'PERMANENT_VALIDATION' };
    const { task } = await harness.tasks.submit({ type: 'test.probe', input });
    const failed = await harness.reaches(task.id, 'failed');
    const back = ['--type', 'FirstWorkflowTask', '--reason', 'fixed outside'];
    await temporal('workflow', 'reset', '--workflow-id', task.id, ...back);
    const again = await until('the new run has ended', async () => {
      const now = await harness.tasks.read(task.id);
      return now.runId !== failed.runId && now.state === 'failed' ? now : undefined;
    });
    expect(again.generation).toBe(failed.generation);
    const story = await harness.tasks.timeline(task.id);
    expect(story.map(({ event }) => event)).toEqual(['created', 'reset', 'queued', 'attempt-failed', 'failed']);
    expect(story[1]).toMatchObject({ reason: expect.stringContaining('fixed outside') });
  });

  it('terminates: the task reads failed, with the reason', async () => {
    const { id } = await runningTask();
    await temporal('workflow', 'terminate', '--workflow-id', id, '--reason', 'out of hand');
    expect(await harness.reaches(id, 'failed')).toMatchObject({ failure: { message: 'out of hand' } });
  });
});

describe('cancel', () => {
  it('waits for the handler: nothing is written after the task says cancelled', async () => {
    const ledger = harness.file();
    const { id, waitFor } = await runningTask({ ledger });
    await harness.tasks.act(id, 'cancel', { by: 'ann', reason: 'changed my mind' });
    await harness.reaches(id, 'cancelled');
    await harness.touch(waitFor);
    // Another task that runs to its end after it shows that the worker had every chance to write more.
    const { task } = await harness.tasks.submit({ type: 'test.probe', input: {} });
    await harness.tasks.wait(task.id, 60);
    expect(readLedger(ledger)).toMatchObject({ begun: [{ attempt: 1 }], done: 0 });
    const cancel = (await harness.tasks.timeline(id)).find(({ event }) => event === 'cancel-requested');
    expect(cancel).toMatchObject({ by: 'ann', reason: 'changed my mind' });
  });

  it('between attempts ends the task at once', async () => {
    const { task } = await harness.tasks.submit({ type: 'test.probe', input: { failures: 1, retryAfter: 3600 } });
    await harness.reaches(task.id, 'retrying');
    await harness.tasks.act(task.id, 'cancel');
    await harness.reaches(task.id, 'cancelled');
  });
});
