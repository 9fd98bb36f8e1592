import { Client } from '@temporalio/client';
import { NativeConnection } from '@temporalio/worker';
import { TaskClient } from '../../src/client/task-client';
import { createLogger } from '../../src/logging';
import { startWorkers } from '../../src/worker/start';
import { BUNDLE } from '../support/bundle';
import { Harness } from '../support/harness';
import { probeContracts, probeHandlers } from '../support/probe-tasks';
import { until } from '../support/until';

let harness: Harness;

beforeAll(async () => {
  harness = await Harness.start();
  await harness.startWorkers();
});
afterAll(() => harness.close());

/** Types of the events in a task's history. */
async function events(taskId: string): Promise<string[]> {
  const { events = [] } = await harness.temporal.workflow.getHandle(taskId).fetchHistory();
  return (events ?? []).map((event) => Object.keys(event).find((key) => key.endsWith('EventAttributes')) ?? '');
}

describe('an inline task', () => {
  it('runs inside its first workflow task: no activity of its own on the server', async () => {
    const { task } = await harness.tasks.submit({ type: 'test.inline', input: { value: 1 } });
    expect(await harness.tasks.wait(task.id, 60)).toMatchObject({
      state: 'completed',
      attempts: 1,
      result: { value: 1 },
    });
    const seen = await events(task.id);
    expect(seen).toContain('markerRecordedEventAttributes');
    expect(seen).not.toContain('activityTaskScheduledEventAttributes');
  });

  it('that fails falls back to ordinary attempts, which know of the failure', async () => {
    const { task } = await harness.tasks.submit({ type: 'test.inline', input: { failures: 2 } });
    const ended = await harness.tasks.wait(task.id, 60);
    expect(ended).toMatchObject({ state: 'completed', attempts: 3, result: { attempt: 3 } });
    expect(ended.failures?.map(({ attempt }) => attempt)).toEqual([1, 2]);
  });

  it('that fails for good fails at once', async () => {
    const { task } = await harness.tasks.submit({
      type: 'test.inline',
      input: { failures: 1, code: 'PERMANENT_VALIDATION' },
    });
    expect(await harness.tasks.wait(task.id, 60)).toMatchObject({
      state: 'failed',
      attempts: 1,
      failure: { class: 'permanent' },
    });
  });

  it('that uses up its attempts fails with every one of them', async () => {
    const { task } = await harness.tasks.submit({ type: 'test.inline', input: { failures: 9 } });
    const ended = await harness.tasks.wait(task.id, 60);
    expect(ended).toMatchObject({ state: 'failed', attempts: 3 });
    expect(ended.failures).toHaveLength(3);
  });

  it('shows as running meanwhile, and holds its key', async () => {
    const submission = { type: 'test.inline', input: { waitFor: harness.file() }, key: 'inline' };
    const { task } = await harness.tasks.submit(submission);
    await harness.reaches(task.id, 'running');
    expect(await harness.tasks.submit(submission)).toMatchObject({ duplicate: true, task: { state: 'running' } });
    await harness.touch(submission.input.waitFor);
    expect(await harness.tasks.wait(task.id, 60)).toMatchObject({ state: 'completed' });
  });
});

describe('an eager start', () => {
  it('hands the task to a worker of the same process, and keeps keys exact', async () => {
    const connection = await NativeConnection.connect({ address: harness.server.address });
    const client = new Client({ connection });
    const { artifacts } = harness;
    const tasks = new TaskClient({ client, contracts: probeContracts, artifacts, eagerStart: true });
    const workers = await startWorkers({
      connection,
      namespace: 'default',
      contracts: probeContracts,
      handlers: probeHandlers,
      artifacts,
      logger: createLogger('silent', 'test'),
      queues: ['eager'],
      concurrency: 5,
      cachedTasks: 100,
      shutdownGrace: 5,
      shutdownForce: 2,
      bundlePath: BUNDLE,
    });
    const submission = {
      type: 'test.inline',
      input: { value: 1 },
      key: 'eager',
      policy: { queue: 'eager', window: 1 },
    };
    const first = await tasks.submit(submission);
    expect(await tasks.wait(first.task.id, 60)).toMatchObject({ state: 'completed' });
    const { events: history } = await client.workflow.getHandle(first.task.id).fetchHistory();
    expect(history?.[0]?.workflowExecutionStartedEventAttributes?.eagerExecutionAccepted).toBe(true);

    // Racing starts take the same way, each with the request ID of the run that ended.
    const { windowEndsAt = '' } = await tasks.read(first.task.id);
    await until('the window is over', () => Date.now() > Date.parse(windowEndsAt));
    const again = await Promise.all(
      Array.from({ length: 10 }, () => tasks.submit({ ...submission, policy: { queue: 'eager', window: 600 } })),
    );
    expect(new Set(again.map(({ task }) => task.runId)).size).toBe(1);
    expect(again.filter(({ duplicate }) => !duplicate)).toHaveLength(1);
    await workers.shutdown();
    await connection.close();
  });
});
