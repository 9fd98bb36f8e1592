import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { MockActivityEnvironment } from '@temporalio/testing';
import { z } from 'zod';
import { added, readServerCounts, sum } from '../../bench/server-calls';
import type { Handler } from '../../src/activities/attempt/handler';
import { deleteEnded } from '../../src/activities/monitor/deletion';
import type { TaskPage } from '../../src/client/list/list';
import type { TaskClient } from '../../src/client/task-client';
import { Gateway } from '../../src/client/temporal/gateway';
import type { MonitorReport } from '../../src/protocol/monitor';
import { defineContract } from '../../src/tasks/contract';
import { Harness } from '../support/harness';
import { monitorStatus, runMonitor } from '../support/monitor';
import { probeContracts, probeHandlers } from '../support/probe-tasks';
import { tasksOf } from '../support/tasks-of';
import { until } from '../support/until';

/** Real processes and servers: on a machine that does much else, each step takes a multiple of its time. */
jest.setTimeout(360_000);

/** Reports its progress between two files. */
const steps = defineContract({
  type: 'test.steps',
  summary: 'Goes on as a test says.',
  category: 'default',
  input: z.object({ first: z.string(), second: z.string() }),
  output: z.null(),
  example: { first: '/tmp/first', second: '/tmp/second' },
});

const runSteps: Handler<typeof steps> = async ({ first, second }, { progress, signal }) => {
  await until('the first file is there', () => signal.aborted || existsSync(first));
  progress(70, 'between');
  await until('the second file is there', () => signal.aborted || existsSync(second));
  return null;
};

let harness: Harness;
let tasks: TaskClient;

beforeAll(async () => {
  harness = await Harness.start({ ownServer: true });
  const contracts = [...probeContracts, steps];
  await harness.startWorkers({
    contracts,
    handlers: { ...probeHandlers, 'test.steps': runSteps as unknown as Handler },
  });
  tasks = tasksOf(harness, contracts);
});
afterAll(() => harness.close());

/** What the server was asked for meanwhile, by operation. */
async function callsDuring(work: () => Promise<unknown>): Promise<Record<string, number>> {
  const { metricsPort } = harness.server;
  const before = await readServerCounts(metricsPort);
  await work();
  return added(before.calls, (await readServerCounts(metricsPort)).calls);
}

describe('life signs', () => {
  const HEARTBEAT = 'RecordActivityTaskHeartbeat';

  it('of a silent handler are as seldom as its time-out allows, and reach the server all the same', async () => {
    const waitFor = harness.file();
    // With the time-out that tasks have unless they say otherwise.
    const policy = { heartbeatTimeout: 10, lostAttempts: 0 };
    const { task } = await tasks.submit({ type: 'test.probe', input: { waitFor }, policy });
    await harness.reaches(task.id, 'running');
    const calls = await callsDuring(async () => {
      const began = Date.now();
      // The server itself would end an attempt that was silent for longer than its time-out.
      await until('it has run for longer than two time-outs', () => Date.now() - began > 21_000);
    });
    await harness.touch(waitFor);
    expect(await tasks.wait(task.id, 60)).toMatchObject({ state: 'completed', attempts: 1 });
    expect(calls[HEARTBEAT]).toBeGreaterThanOrEqual(2);
    expect(calls[HEARTBEAT]).toBeLessThanOrEqual(4);
  });

  it.each([
    ['by an operator', (id: string) => tasks.act(id, 'cancel')],
    ['by the stock command line', (id: string) => harness.temporal.workflow.getHandle(id).cancel()],
  ])('bring a cancel %s soon, however seldom they are', async (_who, cancel) => {
    // Silent for a minute at a time.
    const policy = { heartbeatTimeout: 600 };
    const { task } = await tasks.submit({ type: 'test.probe', input: { waitFor: harness.file() }, policy });
    await until('its first life sign has come', async () => (await tasks.read(task.id)).lastHeartbeatAt);
    await cancel(task.id);
    expect(await tasks.wait(task.id, 30)).toMatchObject({ state: 'cancelled' });
  });

  it('bring a change of progress soon, and come every second while somebody watches', async () => {
    const [first, second] = [harness.file(), harness.file()];
    const policy = { heartbeatTimeout: 600 };
    const { task } = await tasks.submit({ type: 'test.steps', input: { first, second }, policy });
    await until('its first life sign has come', async () => (await tasks.read(task.id)).lastHeartbeatAt);
    await harness.touch(first);
    await until('its progress is known', async () => (await tasks.read(task.id)).progress === 70, 45);
    const calls = await callsDuring(async () => {
      const seen = new Set<string | undefined>();
      await until(
        'three more life signs have come',
        async () => {
          await tasks.watch(task.id);
          return seen.add((await tasks.read(task.id)).lastHeartbeatAt).size > 3;
        },
        30,
      );
    });
    expect(calls[HEARTBEAT]).toBeGreaterThanOrEqual(3);
    await harness.touch(second);
    expect(await tasks.wait(task.id, 60)).toMatchObject({ state: 'completed' });
  });
});

describe('among hundreds of tasks that wait for a worker', () => {
  const WAITING = 300;
  const LOOKS = ['DescribeWorkflowExecution', 'GetWorkflowExecutionHistory', 'GetWorkflowExecutionHistoryReverse'];
  const SEARCHES = ['ListWorkflowExecutions', 'CountWorkflowExecutions', 'DescribeTaskQueue'];
  const count = (calls: Record<string, number>, names: string[]) => sum(names.map((name) => calls[name] ?? 0));

  beforeAll(async () => {
    // Older than their limit in a moment, as tasks are that have waited for hours.
    const policy = { queue: 'nobody', maxProcessingTime: 1 };
    const submission = { type: 'test.probe', input: {}, policy, tags: ['waiting'] };
    await tasks.submitAll(Array.from({ length: WAITING }, () => submission));
    await until('all of them are listed', async () => (await tasks.count({ tag: 'waiting' })) === WAITING);
  });

  it('reading each of them looks at their queue once a second, not twice a task', async () => {
    const { tasks: waiting } = await tasks.list({ filter: { tag: 'waiting' }, limit: 100 });
    const began = Date.now();
    const calls = await callsDuring(() => Promise.all(waiting.map(({ id }) => tasks.read(id))));
    const seconds = Math.ceil((Date.now() - began) / 1000);
    expect(waiting).toHaveLength(100);
    expect(calls.DescribeTaskQueue ?? 0).toBeLessThanOrEqual(2 * (seconds + 1));
  });

  it('a pass of the monitor makes a number of calls that does not grow with theirs', async () => {
    let stop = async () => {};
    let report: MonitorReport | undefined;
    const calls = await callsDuring(async () => {
      stop = await runMonitor(harness, { interval: 3600, overdue: { grace: 0.1, patience: 30 } });
      report = await until('its pass has ended', async () => {
        // Each look costs calls of its own.
        await sleep(1000);
        return (await monitorStatus(harness)).lastPass?.report;
      });
    });
    await stop();
    expect(report).toMatchObject({ counts: { expired: 0, terminated: 0 }, errors: [] });
    expect(calls.ListWorkflowExecutions).toBeGreaterThan(0);
    expect(count(calls, [...LOOKS, ...SEARCHES])).toBeLessThanOrEqual(40);
  });

  it('a list of the running ones asks about a bounded number of them, and says that there may be more', async () => {
    let page: TaskPage | undefined;
    const calls = await callsDuring(async () => {
      page = await tasks.list({ filter: { state: ['running'], tag: 'waiting' } });
    });
    expect(page).toMatchObject({ tasks: [], partial: true, cursor: expect.any(String) });
    expect(count(calls, LOOKS)).toBeLessThanOrEqual(200);
    expect(count(calls, SEARCHES)).toBe(1);
  });

  it('a list of completed ones asks about none of them', async () => {
    const submissions = Array.from({ length: 20 }, () => ({ type: 'test.probe', input: {}, tags: ['done'] }));
    for (const one of await tasks.submitAll(submissions)) if ('wait' in one) await one.wait(60);
    await until('all of them are listed', async () => {
      return (await tasks.list({ filter: { tag: 'done', state: ['completed'] } })).tasks.length === 20;
    });
    let page: TaskPage | undefined;
    const calls = await callsDuring(async () => {
      page = await tasks.list({ filter: { tag: 'done', state: ['completed'] } });
    });
    expect(page?.tasks).toHaveLength(20);
    expect(count(calls, LOOKS)).toBe(0);
    // What it says of one is what the task's own page says.
    const [listed] = page?.tasks ?? [];
    const { result: _r, attempts: _a, failures: _f, ...shown } = await tasks.read(listed?.id ?? '');
    expect(listed).toEqual(shown);
  });

  it('a pass that deletes asks about none of the completed ones that have no key', async () => {
    const gateway = new Gateway(harness.temporal, 10);
    const keep = { completed: 1e-6, failed: 30 };
    const pass = () => deleteEnded(gateway, harness.artifacts, keep);
    // What else has ended here has keys whose window is open, and is looked at in every pass.
    await new MockActivityEnvironment().run(pass);
    const before = count(await callsDuring(() => new MockActivityEnvironment().run(pass)), LOOKS);
    const submission = { type: 'test.probe', input: {}, tags: ['over'], policy: { window: 1 } };
    for (const one of await tasks.submitAll(Array(10).fill(submission))) if ('wait' in one) await one.wait(60);
    await until('all of them are listed, and their windows are over', async () => {
      const listed = (await tasks.list({ filter: { tag: 'over', state: ['completed'] } })).tasks;
      return listed.length === 10 && listed.every(({ windowEndsAt = '' }) => Date.parse(windowEndsAt) < Date.now());
    });
    const calls = await callsDuring(() => new MockActivityEnvironment().run(pass));
    expect(calls.DeleteWorkflowExecution).toBeGreaterThanOrEqual(10);
    expect(count(calls, LOOKS)).toBe(before);
  });

  it('a list never shows the end of a run that another one has followed', async () => {
    const key = `again-${Date.now()}`;
    const first = { type: 'test.probe', key, policy: { window: 1 }, tags: ['again'] };
    const input = { waitFor: harness.file() };
    await harness.touch(input.waitFor);
    const { task, wait } = await tasks.submit({ ...first, input });
    const ended = await wait(60);
    const filter = { tag: 'again', state: ['completed' as const] };
    await until('its end is listed', async () => (await tasks.list({ filter })).tasks.length === 1);
    await until('its window is over', () => Date.now() > Date.parse(ended.windowEndsAt ?? ''));
    await rm(input.waitFor);
    const again = await tasks.submit({ ...first, input });
    expect(again).toMatchObject({ duplicate: false, task: { id: task.id } });
    expect((await tasks.list({ filter })).tasks).toEqual([]);
    await harness.touch(input.waitFor);
    await again.wait(60);
  });
});
