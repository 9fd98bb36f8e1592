import { Client } from '@temporalio/client';
import type { OperatorAction } from '../../src/client/operators/operators';
import { TaskClient } from '../../src/client/task-client';
import { lazyConnection } from '../../src/client/temporal/connect';
import type { PolicyOverride } from '../../src/tasks/policy-override';
import { type HeldRequest, ReplyHolder } from '../support/faults/reply-holder';
import { Harness, readLedger } from '../support/harness';
import { probeContracts } from '../support/probe-tasks';
import { until } from '../support/until';

let harness: Harness;
const relays: ReplyHolder[] = [];

beforeAll(async () => {
  harness = await Harness.start();
  await harness.startWorkers();
});
afterAll(async () => {
  for (const relay of relays) await relay.close();
  await harness.close();
});

/** A client whose next start of a successor is held up on its way to the server. */
async function slowClient(deadline = 30, last = false): Promise<{ slow: TaskClient; held: HeldRequest }> {
  const relay = await ReplyHolder.start(harness.server.port);
  relays.push(relay);
  const client = new Client({ connection: lazyConnection({ address: relay.address }), namespace: harness.namespace });
  const slow = new TaskClient({ client, contracts: probeContracts, artifacts: harness.artifacts, deadline });
  return { slow, held: relay.holdRequest('successor:', last) };
}

let keys = 0;

/** A keyed probe whose window has just ended, and all that a submission of its key needs. */
async function overTask(more: PolicyOverride, input: object = {}) {
  const ledger = harness.file();
  const submission = { type: 'test.probe', input: { ledger, ...input }, key: `held-${++keys}`, policy: more };
  const short = { ...submission, policy: { ...more, window: 1, failureWindow: 1 } };
  const { task } = await harness.tasks.submit(short);
  const ended = await harness.reaches(task.id, 'completed', 'failed');
  await until('its window is over', () => Date.now() > Date.parse(ended.windowEndsAt ?? '') + 50);
  return { id: task.id, submission, ledger, before: readLedger(ledger).begun.length };
}

/** Makes and cancels a run of the key, so that the next one follows it and not the first. */
async function cancelledRun(submission: Parameters<TaskClient['submit']>[0], id: string): Promise<void> {
  await harness.tasks.submit({ ...submission, runAt: new Date(Date.now() + 3600_000) });
  await until('it is cancelled', async () => {
    await harness.tasks.act(id, 'cancel').catch(() => undefined);
    return (await harness.tasks.read(id)).state === 'cancelled';
  });
}

describe('a submission that was held up', () => {
  it.each<[string, PolicyOverride, object]>([
    ['after a completed task', {}, {}],
    ['after a failed task', {}, { failures: 1, code: 'PERMANENT_VALIDATION' }],
    ['after a completed task that has a maxQueueTime', { maxQueueTime: 3600 }, {}],
  ])('%s answers with the task that the key has by then, and runs nothing', async (_, policy, input) => {
    const { id, submission, ledger, before } = await overTask(policy, input);
    const { slow, held } = await slowClient();
    const late = slow.submit(submission);
    await held.arrived;
    await cancelledRun(submission, id);
    const { task } = await harness.tasks.submit(submission);
    const made = await harness.reaches(task.id, 'completed', 'failed');
    held.release();
    const answer = await late;
    expect(answer).toMatchObject({ duplicate: true, task: { id, runId: made.runId, state: made.state } });
    expect(await harness.tasks.read(id)).toMatchObject({ runId: made.runId, state: made.state });
    expect(await harness.tasks.submit(submission)).toMatchObject({ duplicate: true, task: { runId: made.runId } });
    expect(readLedger(ledger).begun).toHaveLength(before + 1);
  });

  it('with a maxQueueTime, past one run that follows in two parts, runs nothing either', async () => {
    const { id, submission, ledger } = await overTask({ maxQueueTime: 3600 });
    const { slow, held } = await slowClient();
    const late = slow.submit(submission);
    await held.arrived;
    await harness.tasks.submit(submission);
    const made = await harness.reaches(id, 'completed');
    held.release();
    expect(await late).toMatchObject({ duplicate: true, task: { runId: made.runId, state: 'completed' } });
    expect(readLedger(ledger).begun).toHaveLength(2);
  });

  it('longer than its caller waits is ended by the worker, before its handler; the key then works as ever', async () => {
    const { id, submission, ledger } = await overTask({});
    const { slow, held } = await slowClient(1, true);
    await expect(slow.submit(submission)).rejects.toMatchObject({ code: 'unavailable' });
    await cancelledRun(submission, id);
    const short = { ...submission, policy: { window: 1, failureWindow: 1 } };
    await harness.tasks.submit(short);
    const made = await harness.reaches(id, 'completed');
    held.release();
    const handle = harness.temporal.workflow.getHandle(id);
    const late = await until('the late run has ended', async () => {
      const { runId, status } = await handle.describe();
      return runId !== made.runId && status.name !== 'RUNNING' ? status.name : undefined;
    });
    expect(late).toBe('FAILED');
    expect(await harness.tasks.read(id)).toMatchObject({ runId: made.runId, state: 'completed' });
    await until('the window is over', () => Date.now() > Date.parse(made.windowEndsAt ?? '') + 50);
    const { duplicate } = await harness.tasks.submit(submission);
    expect(duplicate).toBe(false);
    expect(await harness.reaches(id, 'completed')).not.toMatchObject({ runId: made.runId });
    expect(readLedger(ledger).begun).toHaveLength(3);
  });
});

describe('an operator whose message for an ended task was held up', () => {
  async function failedTask(): Promise<{ id: string; ledger: string }> {
    const ledger = harness.file();
    const input = { failures: 9, code: 'PERMANENT_VALIDATION', ledger };
    const { task } = await harness.tasks.submit({ type: 'test.probe', input });
    await harness.reaches(task.id, 'failed');
    return { id: task.id, ledger };
  }

  async function runAgain(id: string, input?: object): Promise<string> {
    const { runId } = await harness.tasks.read(id);
    await harness.tasks.act(id, 'retry', { by: 'ann', ...(input && { input }) });
    const made = await until('the new run has ended', async () => {
      const task = await harness.tasks.read(id);
      return task.runId !== runId && task.endedAt ? task : undefined;
    });
    return made.state;
  }

  it.each<[OperatorAction, object, 'completed' | 'failed']>([
    ['retry', {}, 'completed'],
    ['retry', {}, 'failed'],
    ['resolve', { result: { value: 1, attempt: 0 } }, 'completed'],
    ['resolve', { result: { value: 1, attempt: 0 } }, 'failed'],
  ])('%s %j gets a conflict, and a task that has %s since stays so', async (action, message, state) => {
    const { id, ledger } = await failedTask();
    const { slow, held } = await slowClient();
    const late = slow.act(id, action, { by: 'ben', ...message });
    const outcome = expect(late).rejects.toMatchObject({
      code: 'state-conflict',
      message: expect.stringMatching(/^The task has moved on: retry of ann came first, and it is/),
      extra: { state },
    });
    await held.arrived;
    expect(await runAgain(id)).toBe('failed');
    const last = state === 'completed' ? { ledger, value: 'mended' } : undefined;
    expect(await runAgain(id, last)).toBe(state);
    held.release();
    await outcome;
    expect(await harness.tasks.read(id)).toMatchObject({ state });
    expect(readLedger(ledger).begun).toHaveLength(3);
  });

  it('gets a conflict with no worker there, and the run that came late is ended', async () => {
    const { id, ledger } = await failedTask();
    const { slow, held } = await slowClient();
    const late = slow.act(id, 'retry', { by: 'ben' });
    const outcome = expect(late).rejects.toMatchObject({ code: 'state-conflict', extra: { state: 'cancelled' } });
    await held.arrived;
    await runAgain(id);
    await harness.tasks.act(id, 'retry', { at: new Date(Date.now() + 3600_000).toISOString() });
    await harness.reaches(id, 'scheduled');
    await harness.tasks.act(id, 'cancel');
    await harness.reaches(id, 'cancelled');
    held.release();
    await outcome;
    const { status } = await harness.temporal.workflow.getHandle(id).describe();
    expect(status.name).not.toBe('RUNNING');
    expect(await harness.tasks.act(id, 'retry')).toMatchObject({ answer: { outcome: 'done' } });
    await until('it has run once more', () => readLedger(ledger).begun.length === 3);
  });
});

describe('two operators at once', () => {
  const RESULT = { value: 'by hand', attempt: 0 };

  it('of a failed task: one is obeyed, the other gets a conflict that names who came first', async () => {
    const outcomes = await Promise.all(
      Array.from({ length: 6 }, async () => {
        const ledger = harness.file();
        const input = { failures: 9, code: 'PERMANENT_VALIDATION', ledger };
        const { task } = await harness.tasks.submit({ type: 'test.probe', input });
        await harness.reaches(task.id, 'failed');
        const [retry, resolve] = await Promise.allSettled([
          harness.tasks.act(task.id, 'retry', { by: 'ann' }),
          harness.tasks.act(task.id, 'resolve', { by: 'ben', result: RESULT }),
        ]);
        const end = await until('it has ended again', async () => {
          const now = await harness.tasks.read(task.id);
          return now.runId !== task.runId && now.endedAt ? now : undefined;
        });
        return { retry, resolve, end, begun: readLedger(ledger).begun.length };
      }),
    );
    for (const { retry, resolve, end, begun } of outcomes) {
      const [won, lost, winner] = retry.status === 'fulfilled' ? [retry, resolve, 'ann'] : [resolve, retry, 'ben'];
      expect([won.status, lost.status]).toEqual(['fulfilled', 'rejected']);
      const { reason } = lost as PromiseRejectedResult;
      expect(reason).toMatchObject({ code: 'state-conflict' });
      // Unless it came so late that the task had completed again.
      if (!/has ended as|is running|is queued/.test(reason.message)) expect(reason.message).toContain(winner);
      expect([end.state, begun]).toEqual(winner === 'ann' ? ['failed', 2] : ['completed', 1]);
    }
  });
});
