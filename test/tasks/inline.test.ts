import { Client } from '@temporalio/client';
import { NativeConnection } from '@temporalio/worker';
import { TaskClient } from '../../src/client/task-client';
import { createLogger } from '../../src/logging';
import { startWorkers } from '../../src/worker/start';
import { BUNDLE } from '../support/bundle';
import { Harness, readLedger } from '../support/harness';
import { probeContracts, probeHandlers } from '../support/probe-tasks';
import type { RunningProcess } from '../support/processes/running-process';
import { startWorkerProcess } from '../support/processes/worker-process';
import { until } from '../support/until';

let harness: Harness;
/** The process in which inline tasks are lost, and how many there were. */
let worker: RunningProcess | undefined;
let begun = 0;
/** Starts the next one. */
let respawning: NodeJS.Timeout | undefined;

beforeAll(async () => {
  harness = await Harness.start();
  await harness.startWorkers();
});
afterAll(async () => {
  clearInterval(respawning);
  await worker?.stop('SIGKILL');
  await harness.close();
});

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

it('an inline attempt that was asked to wait is followed no earlier', async () => {
  const policy = { attempts: 2 };
  const input = { failures: 1, retryAfter: 2 };
  const { task } = await harness.tasks.submit({ type: 'test.inline', input, policy });
  const done = await harness.tasks.wait(task.id, 60);
  expect(done).toMatchObject({ state: 'completed', attempts: 2 });
  const failedAt = Date.parse(done.failures?.[0]?.at ?? '');
  expect(Date.parse(done.endedAt ?? '') - failedAt).toBeGreaterThanOrEqual(1900);
});

describe('an eager start', () => {
  it('hands the task to a worker of the same process, and keeps keys exact', async () => {
    const connection = await NativeConnection.connect({ address: harness.server.address });
    const client = new Client({ connection, namespace: harness.namespace });
    const { artifacts } = harness;
    const tasks = new TaskClient({ client, contracts: probeContracts, artifacts, eagerStart: true });
    const workers = await startWorkers({
      connection,
      namespace: harness.namespace,
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

/** Losses that a task gets over. */
const LOST_ATTEMPTS = 1;
const QUEUE = 'deadly';
const LOSS = {
  attempt: 1,
  code: 'SYSTEM_WORKER_CRASH',
  lost: true,
  message: expect.stringContaining('inline attempt'),
};

async function workerComes(): Promise<void> {
  begun++;
  worker = await startWorkerProcess(harness, { queue: QUEUE });
}

function isDead({ pid }: RunningProcess): boolean {
  try {
    process.kill(pid, 0);
    return false;
  } catch {
    return true;
  }
}

/** Starts a worker anew as often as one dies, as any supervisor does. */
function keepAlive(): void {
  let starting = false;
  respawning = setInterval(() => {
    if (starting || !worker || !isDead(worker)) return;
    starting = true;
    void workerComes().finally(() => {
      starting = false;
    });
  }, 200);
}

it('an inline task that kills its workers is counted and ended like any other', async () => {
  await workerComes();
  const policy = { queue: QUEUE, lostAttempts: LOST_ATTEMPTS };
  const ledger = harness.file();
  const deadly = await harness.tasks.submit({ type: 'test.inline', input: { ledger, crashes: 99 }, policy });
  await until('the first worker is dead', () => worker && isDead(worker));

  // No worker is left: the loss shows all the same, once the server has found out.
  const seen = await until('the loss shows', async () => {
    const view = await harness.tasks.read(deadly.task.id);
    return view.failures?.length ? view : undefined;
  });
  expect(seen).toMatchObject({ attempts: 1, failures: [LOSS] });
  const waiting = await harness.tasks.why(deadly.task.id);
  expect(JSON.stringify(waiting)).not.toContain('replay');

  // With workers again the losses go on being counted, and come to an end.
  keepAlive();
  const ended = await harness.tasks.wait(deadly.task.id, 120);
  expect(ended).toMatchObject({
    state: 'failed',
    attempts: LOST_ATTEMPTS + 1,
    failure: { code: 'SYSTEM_WORKER_CRASH', message: `${LOST_ATTEMPTS + 1} attempts were lost with their workers` },
    failures: [LOSS, { attempt: 2, lost: true }],
  });
  expect(readLedger(ledger).begun.map(({ attempt }) => attempt)).toEqual([1, 2]);
  expect(begun).toBeLessThanOrEqual(LOST_ATTEMPTS + 2);
  const story = await harness.tasks.timeline(deadly.task.id);
  expect(story.filter(({ event }) => event === 'attempt-lost')).toHaveLength(LOST_ATTEMPTS + 1);
}, 180_000);

it('an inline task that was lost with its worker once completes, with the loss in its record', async () => {
  const policy = { queue: QUEUE };
  const { task } = await harness.tasks.submit({ type: 'test.inline', input: { crashes: 1 }, policy });
  const ended = await harness.tasks.wait(task.id, 120);
  expect(ended).toMatchObject({ state: 'completed', attempts: 2, failures: [LOSS], result: { attempt: 2 } });
}, 180_000);
