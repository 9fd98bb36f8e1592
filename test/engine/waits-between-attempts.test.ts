import { Harness, readLedger } from '../support/harness';
import type { RunningProcess } from '../support/processes/running-process';
import { startWorkerProcess } from '../support/processes/worker-process';
import { until } from '../support/until';

/** Seconds that a task may wait for its first worker. */
const WAIT = 6;
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

/** A task whose first attempt fails, and that waits for the only place of its queue afterwards. */
function behindOthers(type: string, input: object, attempts: number) {
  return async (queue: string) => {
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
  };
}

const CRASHED = 'died before its first sign of life';

/** Each has a queue of its own; they take their time together. */
const SCENARIOS: Record<string, (queue: string) => Promise<void>> = {
  ordinary: behindOthers('test.probe', { failures: 1, retryAfter: 5 }, 2),
  inline: behindOthers('test.inline', { failures: 1, retryAfter: 5 }, 2),
  checkpoint: behindOthers('test.probe', { failures: 2, retryAfter: 5, checkpoint: 'here', progress: [40] }, 3),

  redriven: async (queue) => {
    const policy = { queue, maxQueueTime: WAIT, attempts: 1, redrives: { transient: [5] } };
    const { task } = await harness.tasks.submit({ type: 'test.parked', input: { failures: 1 }, policy });
    await harness.reaches(task.id, 'dead-lettered');
    const other = await takesThePlace(queue);
    await harness.reaches(other.id, 'running');
    await longEnough();
    await harness.touch(other.waitFor);
    expect(await harness.tasks.wait(task.id, 60)).toMatchObject({ state: 'completed', attempts: 2 });
  },

  [CRASHED]: async (queue) => {
    const worker = await startWorkerProcess(harness, { queue });
    processes.push(worker);
    const ledger = harness.file();
    const policy = { queue, maxQueueTime: WAIT, heartbeatTimeout: 2 };
    const { task } = await harness.tasks.submit({ type: 'test.probe', input: { ledger, crashes: 1 }, policy });
    await until('the attempt has begun', () => readLedger(ledger).begun.length === 1);
    await harness.reaches(task.id, 'retrying', 'queued');
    await longEnough();
    await harness.startWorkers({ queues: [queue] });
    const failures = [{ attempt: 1, lost: true }];
    expect(await harness.tasks.wait(task.id, 60)).toMatchObject({ state: 'completed', failures });
  },

  'paused meanwhile': async (queue) => {
    const other = await takesThePlace(queue);
    await harness.reaches(other.id, 'running');
    const policy = { queue, maxQueueTime: WAIT };
    const { task } = await harness.tasks.submit({ type: 'test.probe', input: {}, policy });
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
  },

  'the first attempt of all': async (queue) => {
    const other = await takesThePlace(queue);
    await harness.reaches(other.id, 'running');
    const policy = { queue, maxQueueTime: WAIT };
    const { task } = await harness.tasks.submit({ type: 'test.probe', input: {}, policy });
    const failure = { code: 'TASK_QUEUE_TIMED_OUT', message: `Task timed out in queue after ${WAIT} seconds` };
    expect(await harness.reaches(task.id, 'failed')).toMatchObject({ attempts: 0, failure });
    await harness.touch(other.waitFor);
  },
};

describe('maxQueueTime is the wait for the first worker:', () => {
  const outcomes = new Map<string, Promise<void>>();
  const names = Object.keys(SCENARIOS);
  const queueOf = (name: string) => `one-place-${names.indexOf(name)}`;

  beforeAll(async () => {
    const queues = names.filter((name) => name !== CRASHED).map(queueOf);
    await harness.startWorkers({ queues, concurrency: 1 });
    for (const name of names) {
      const outcome = SCENARIOS[name]?.(queueOf(name)) ?? Promise.resolve();
      outcome.catch(() => undefined);
      outcomes.set(name, outcome);
    }
  });

  it.each(names)('%s', async (name) => {
    await outcomes.get(name);
  });
});
