import path from 'node:path';
import { NativeConnection, Worker } from '@temporalio/worker';
import { z } from 'zod';
import type { Handler } from '../../src/activities/attempt/handler';
import type { WhyReport } from '../../src/client/diagnosis/why';
import { defineContract } from '../../src/tasks/contract';
import { Harness } from '../support/harness';
import { cli } from '../support/processes/cli';
import type { RunningProcess } from '../support/processes/running-process';
import { startWorkerProcess } from '../support/processes/worker-process';
import { tasksOf } from '../support/tasks-of';
import { until } from '../support/until';

type Cause = WhyReport['why']['cause'];

/** How a cause comes about for real, and what `holdfast why` must say of it. */
interface Story {
  /** Makes a task of that cause. */
  make: () => Promise<string>;
  evidence: object;
  /** Given the task's ID: the command to type. Absent when there is nothing to do. */
  command?: (id: string) => string;
  /** Whether a time is forecast, shown as unknown, or omitted, since the task does not wait. */
  forecast?: boolean;
}

const guarded = defineContract({
  type: 'test.guarded',
  summary: 'Calls something outside, under its circuit breaker.',
  category: 'default',
  input: z.strictObject({}),
  output: z.object({}),
  example: {},
});
const BREAKER = 'http:causes.example.com';
const callsOutside: Handler<typeof guarded> = (_input, context) => context.guard(BREAKER, async () => ({}));

let harness: Harness;
let frozen: RunningProcess;
const stops: (() => Promise<unknown>)[] = [];
const ids = new Map<string, Promise<string>>();

const later = () => new Date(Date.now() + 3_600_000);

async function submit(input: object, policy: object = {}, type = 'test.probe', more: object = {}): Promise<string> {
  return (await harness.tasks.submit({ type, input, policy, ...more })).task.id;
}

async function busy(queue: string): Promise<string> {
  const id = await submit({ waitFor: harness.file() }, { queue });
  await harness.reaches(id, 'running');
  return id;
}

/** Every cause there is: the compiler refuses a missing one. */
const STORIES: Record<Cause, Story> = {
  'waits-for-its-time': {
    make: () => submit({}, {}, 'test.probe', { runAt: later() }),
    evidence: { scheduledFor: expect.any(String) },
    forecast: true,
  },
  'no-worker': {
    make: () => submit({}, { queue: 'nobody' }),
    evidence: { workers: 0 },
    command: () => 'npm run worker -- --queues nobody',
    forecast: false,
  },
  'waits-for-a-worker': {
    make: async () => {
      await harness.startWorkers({ queues: ['narrow'], concurrency: 1 });
      await busy('narrow');
      return submit({}, { queue: 'narrow' });
    },
    evidence: { workers: 1, backlog: 1 },
    command: () => 'holdfast workers',
    // Nothing of that queue has ended, so nothing tells how fast it goes.
    forecast: false,
  },
  'worker-starting': {
    make: async () => {
      const id = await startByHand('taken', '120 s');
      const { connection, workflowService } = harness.temporal;
      // A worker that takes the task, and is never heard of again.
      const identity = 'a worker that dies at once';
      const poll = { namespace: harness.namespace, taskQueue: { name: 'taken' }, identity };
      const taken = await connection.withDeadline(Date.now() + 60_000, () =>
        workflowService.pollWorkflowTaskQueue(poll),
      );
      expect(taken.workflowExecution?.workflowId).toBe(id);
      return id;
    },
    evidence: { workflowTaskAttempt: 1 },
    forecast: true,
  },
  'workflow-task-failing': {
    make: startBrokenTask,
    evidence: { workflowTaskAttempt: expect.any(Number), error: 'this deploy is broken' },
    command: (id) => `temporal workflow show --workflow-id '${id}'`,
    forecast: false,
  },
  running: {
    make: () => busy('default'),
    evidence: { attempt: 1, worker: expect.stringContaining('holdfast/'), attemptStartedAt: expect.any(String) },
  },
  'heartbeat-late': {
    make: async () => {
      frozen = await startWorkerProcess(harness, { queue: 'frozen' });
      const id = await submit({ waitFor: harness.file() }, { queue: 'frozen', heartbeatTimeout: 60 });
      await until('a heartbeat has come', async () => (await harness.tasks.read(id)).lastHeartbeatAt);
      process.kill(frozen.pid, 'SIGSTOP');
      return id;
    },
    evidence: { heartbeatTimeoutSeconds: 60, silentSeconds: expect.any(Number) },
    command: () => 'holdfast workers',
  },
  'waits-for-next-attempt': {
    make: () => submit({ failures: 1 }, { firstDelay: 3600, cap: 3600 }),
    evidence: { attempts: 1, failureCode: 'TRANSIENT_NETWORK', failureMessage: 'probe failed in attempt 1' },
    command: (id) => `holdfast retry ${id}`,
    forecast: true,
  },
  'breaker-open': {
    make: async () => {
      const contracts = [guarded];
      const handlers = { 'test.guarded': callsOutside as unknown as Handler };
      await harness.startWorkers({ contracts, handlers, queues: ['guarded'] });
      const tasks = tasksOf(harness, contracts);
      await tasks.breaker(BREAKER, 'open', { seconds: 3600, by: 'ann' });
      await until('it is open', async () => (await tasks.breaker(BREAKER)).state === 'open');
      const policy = { queue: 'guarded' };
      return (await tasks.submit({ type: 'test.guarded', input: {}, policy })).task.id;
    },
    evidence: { breaker: BREAKER, breakerState: 'open', openedBy: 'ann' },
    command: () => `holdfast breakers close ${BREAKER}`,
    forecast: true,
  },
  'waits-for-redrive': {
    make: () => submit({ failures: 9 }, {}, 'test.parked'),
    evidence: { failureCode: 'TRANSIENT_NETWORK', redrives: 0, nextRedriveAt: expect.any(String) },
    command: (id) => `holdfast retry ${id}`,
    forecast: true,
  },
  paused: {
    make: async () => {
      const id = await submit({}, {}, 'test.probe', { runAt: later() });
      await harness.tasks.act(id, 'pause', { by: 'ann', reason: 'maintenance' });
      return id;
    },
    evidence: { pausedBy: 'ann', reason: 'maintenance' },
    command: (id) => `holdfast resume ${id}`,
    forecast: false,
  },
  'waits-for-an-operator': {
    make: async () => {
      const stop = await harness.startWorkers({ queues: ['cut-off'], shutdownGrace: 0.1, shutdownForce: 2 });
      const id = await submit({ waitFor: harness.file() }, { queue: 'cut-off' }, 'test.once');
      await harness.reaches(id, 'running');
      await stop();
      await harness.startWorkers({ queues: ['cut-off'] });
      return id;
    },
    evidence: { failureCode: 'OUTCOME_UNKNOWN', parkedAt: expect.any(String) },
    command: (id) => `holdfast resolve ${id} --result FILE`,
    forecast: false,
  },
  ended: {
    make: () => submit({ failures: 1 }, { attempts: 1 }),
    evidence: { attempts: 1, failureCode: 'TRANSIENT_NETWORK' },
    command: (id) => `holdfast retry ${id}`,
  },
};

/** A task whose worker's workflow code is broken; repeats of its first workflow task take as long as its time-out. */
async function startBrokenTask(): Promise<string> {
  const connection = await NativeConnection.connect({ address: harness.server.address });
  const workflowsPath = path.join(__dirname, '..', 'fixtures', 'broken-workflow.ts');
  const worker = await Worker.create({ connection, namespace: harness.namespace, taskQueue: 'broken', workflowsPath });
  const running = worker.run();
  stops.push(async () => {
    worker.shutdown();
    await running;
    await connection.close();
  });
  return startByHand('broken', '2 s');
}

/** A task whose workflow tasks have a time-out of their own. */
async function startByHand(taskQueue: string, workflowTaskTimeout: '2 s' | '120 s'): Promise<string> {
  const workflowId = `test.probe:${taskQueue}`;
  const memo = { generation: 'by-hand' };
  await harness.temporal.workflow.start('test.probe', { workflowId, taskQueue, workflowTaskTimeout, memo });
  return workflowId;
}

async function made(cause: Cause): Promise<string> {
  const id = await (ids.get(cause) ?? Promise.reject(new Error(`${cause} was not made`)));
  let last: unknown;
  await until(`${cause} is its cause`, async () => {
    const { state, why } = await harness.tasks.why(id);
    last = { state, why };
    return why.cause === cause;
  }).catch((error: Error) => {
    throw new Error(`${error.message}; it is ${JSON.stringify(last)}`, { cause: error });
  });
  return id;
}

async function why(id: string): Promise<WhyReport> {
  const { code, stdout, stderr } = await cli(harness, ['why', id, '--json']);
  expect([code, stderr]).toEqual([0, '']);
  return JSON.parse(stdout) as WhyReport;
}

beforeAll(async () => {
  harness = await Harness.start();
  await harness.startWorkers();
  for (const [cause, { make }] of Object.entries(STORIES)) ids.set(cause, make());
  // One that fails fails its own test.
  await Promise.allSettled(ids.values());
});
afterAll(async () => {
  await frozen?.stop('SIGKILL');
  for (const stop of stops) await stop();
  await harness.close();
});

// They do not stay so for long.
const BY_URGENCY = ['worker-starting', 'heartbeat-late', ...Object.keys(STORIES)] as Cause[];

it.each([...new Set(BY_URGENCY)])(
  'holdfast why names the cause %s, with since, evidence and command',
  async (cause) => {
    const { evidence, command, forecast } = STORIES[cause];
    const id = await made(cause);
    const report = await why(id);
    expect(report).toMatchObject({ id, why: { cause, since: expect.any(String) }, evidence });
    expect(report.why.command).toBe(command?.(id));
    expect(report.forecast?.known).toBe(forecast);
  },
);

describe('for people', () => {
  it('shows cause, since when, evidence, forecast and command', async () => {
    const id = await made('waits-for-redrive');
    const { stdout, code } = await cli(harness, ['why', id, '--utc']);
    const time = String.raw`\d{4}-\d\d-\d\d \d\d:\d\d:\d\d`;
    expect(code).toBe(0);
    expect(stdout).toMatch(`${id}: dead-lettered, waits-for-redrive\n`);
    expect(stdout).toMatch(new RegExp(`^Runs again at ${time} \\(redrive 1 of 5\\)`, 'm'));
    expect(stdout).toMatch(new RegExp(`^Since: ${time} \\(.+\\)$`, 'm'));
    expect(stdout).toMatch(/^ {2}failure code: TRANSIENT_NETWORK$/m);
    expect(stdout).toMatch(new RegExp(`^Forecast: starts about ${time}`, 'm'));
    expect(stdout).toContain(`Type this: holdfast retry ${id}\n`);
  });

  it('says of a running inline task since when, which only its history knows', async () => {
    const waitFor = harness.file();
    const id = await submit({ waitFor }, {}, 'test.inline');
    const report = await until('it runs', async () => {
      const answer = await harness.tasks.why(id);
      return answer.why.cause === 'running' ? answer : undefined;
    });
    await harness.touch(waitFor);
    expect(report.why.since).toEqual(expect.any(String));
  });

  it('says that there is no such task, with exit code 1', async () => {
    const { code, stderr } = await cli(harness, ['why', 'test.probe:none']);
    expect([code, stderr]).toEqual([1, 'Task test.probe:none not found\n']);
  });
});
