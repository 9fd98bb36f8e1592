import { Harness, readLedger } from '../support/harness';
import { until } from '../support/until';

let harness: Harness;

beforeAll(async () => {
  harness = await Harness.start();
});
afterAll(() => harness.close());

/** Nobody serves this queue unless a test starts a worker for it. */
const nobody = { queue: 'nobody' };

describe('a task without a worker', () => {
  it('S1-7, S2-2: waits visibly, says why, and runs when a worker comes', async () => {
    const { task } = await harness.tasks.submit({ type: 'test.probe', input: { value: 1 }, policy: { queue: 'late' } });
    const waiting = await harness.tasks.read(task.id);
    expect(waiting).toMatchObject({
      state: 'queued',
      why: { cause: 'no-worker', message: 'No worker serves queue late' },
    });
    expect(waiting.why?.todo).toContain('--queues late');
    await harness.startWorkers({ queues: ['late'] });
    expect(await harness.tasks.wait(task.id, 60)).toMatchObject({ state: 'completed', result: { value: 1 } });
  });

  it('S1-7: ends as failed after its maxQueueTime, by the server alone', async () => {
    const { task } = await harness.tasks.submit({
      type: 'test.probe',
      input: {},
      policy: { ...nobody, maxQueueTime: 2 },
    });
    expect(await harness.reaches(task.id, 'failed')).toMatchObject({
      failure: { code: 'TASK_QUEUE_TIMED_OUT', message: 'Task timed out in queue after 2 seconds' },
    });
  });

  it('counts its maxQueueTime from the time that it was scheduled for', async () => {
    const runAt = new Date(Date.now() + 2000);
    const policy = { ...nobody, maxQueueTime: 1 };
    const { task } = await harness.tasks.submit({ type: 'test.probe', input: {}, runAt, policy });
    const { endedAt = '' } = await harness.reaches(task.id, 'failed');
    expect(Date.parse(endedAt)).toBeGreaterThanOrEqual(runAt.getTime() + 500);
  });

  it('S0-6, S1-6: ends as failed after its maxTotalTime, however often somebody looks', async () => {
    const { task } = await harness.tasks.submit({
      type: 'test.probe',
      input: {},
      policy: { ...nobody, maxTotalTime: 2 },
    });
    expect(await harness.reaches(task.id, 'failed')).toMatchObject({
      failure: { code: 'TASK_TIMED_OUT', message: 'Task timed out after 2 seconds' },
    });
  });

  it('past its time reads queued, no longer scheduled', async () => {
    const runAt = new Date(Date.now() + 1500);
    const { task } = await harness.tasks.submit({ type: 'test.probe', input: {}, runAt, policy: nobody });
    expect(task.state).toBe('scheduled');
    expect(await harness.reaches(task.id, 'queued')).toMatchObject({ why: { cause: 'no-worker' } });
  });

  it('keeps what operators say for the worker that comes', async () => {
    const ledger = harness.file();
    const { task } = await harness.tasks.submit({ type: 'test.probe', input: { ledger }, policy: { queue: 'later' } });
    await harness.tasks.act(task.id, 'fail', { reason: 'not needed any more' });
    await harness.startWorkers({ queues: ['later'] });
    expect(await harness.reaches(task.id, 'failed')).toMatchObject({ failure: { message: 'not needed any more' } });
    expect(readLedger(ledger).begun).toHaveLength(0);
  });

  it('whose worker does not know its type asks for another one for a while, then says so', async () => {
    await harness.startWorkers({ queues: ['ignorant'], contracts: [], handlers: {} });
    const policy = { queue: 'ignorant' };
    const { task } = await harness.tasks.submit({ type: 'test.probe', input: {}, policy });
    expect(await harness.reaches(task.id, 'failed')).toMatchObject({
      failure: {
        code: 'CONFIG_MISSING_SERVICE',
        message: 'No worker of queue ignorant knows the task type test.probe.',
      },
    });
  });

  it('whose worker does not know its type is done by one that does', async () => {
    const stop = await harness.startWorkers({ queues: ['mixed'], contracts: [], handlers: {} });
    const { task } = await harness.tasks.submit({ type: 'test.probe', input: {}, policy: { queue: 'mixed' } });
    await until('it was asked in vain', async () =>
      (await harness.tasks.timeline(task.id)).some(({ text }) => text.includes('does not know test.probe')),
    );
    await stop();
    await harness.startWorkers({ queues: ['mixed'] });
    expect(await harness.tasks.wait(task.id, 60)).toMatchObject({ state: 'completed', attempts: 1 });
  });

  it('that somebody started by hand with anything else fails at once and says why', async () => {
    await harness.startWorkers({ queues: ['by-hand'] });
    const handle = await harness.temporal.workflow.start('test.probe', {
      workflowId: 'by-hand',
      taskQueue: 'by-hand',
      args: ['nonsense'],
    });
    await expect(handle.result()).rejects.toMatchObject({ cause: { type: 'PERMANENT_VALIDATION' } });
  });
});

describe('priority', () => {
  it('lets a high-priority task start next when the one slot is busy and 100 low ones wait', async () => {
    await harness.startWorkers({ queues: ['narrow'], concurrency: 1 });
    const [waitFor, ledger] = [harness.file(), harness.file()];
    const policy = { queue: 'narrow' };
    const busy = await harness.tasks.submit({ type: 'test.probe', input: { waitFor }, policy });
    await harness.reaches(busy.task.id, 'running');
    const low = await harness.tasks.submitAll(
      Array.from({ length: 100 }, () => ({ type: 'test.probe', input: { ledger }, priority: 5, policy })),
    );
    expect(low.every((one) => !('error' in one))).toBe(true);
    const high = await harness.tasks.submit({ type: 'test.probe', input: { ledger }, priority: 1, policy });
    await until('all wait for the slot', async () => (await harness.tasks.queue('narrow')).backlog >= 101);
    await harness.touch(waitFor);
    await harness.reaches(high.task.id, 'completed');
    const [first] = readLedger(ledger).begun;
    expect(first?.effectKey).toContain(high.task.id);
  });
});
