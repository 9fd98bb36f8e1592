import type { TaskView } from '../../src/client/read/view';
import { Harness } from '../support/harness';
import { runMonitor, untilReport } from '../support/monitor';
import type { RunningProcess } from '../support/processes/running-process';
import { startWorkerProcess } from '../support/processes/worker-process';
import { until } from '../support/until';

const LIMIT = 3;
/** `npm run monitor` gives 20 s of grace and 30 s of patience. */
const OVERDUE = { grace: 1, patience: 4 };
const TIMED_OUT = { code: 'TASK_TIMED_OUT', class: 'external', message: `Task timed out after ${LIMIT} seconds` };

let harness: Harness;
let stopMonitor: () => Promise<void>;
const workers: RunningProcess[] = [];
/** Tasks that run in a process of their own, by the signal that this process will get. */
let elsewhere: Record<'SIGSTOP' | 'SIGKILL', TaskView>;

beforeAll(async () => {
  harness = await Harness.start();
  await harness.startWorkers();
  const [SIGSTOP, SIGKILL] = await Promise.all([hangingElsewhere('SIGSTOP'), hangingElsewhere('SIGKILL')]);
  elsewhere = { SIGSTOP, SIGKILL };
  stopMonitor = await runMonitor(harness, { overdue: OVERDUE });
});
afterAll(async () => {
  for (const worker of workers) await worker.stop('SIGKILL');
  await stopMonitor();
  await harness.close();
});

/** A task whose handler hangs and ignores everything, and whose silence nobody notices for an hour. */
async function hangingTask(queue: string, waitFor = harness.file()): Promise<TaskView> {
  const input = { waitFor, deaf: true };
  const policy = { queue, maxProcessingTime: LIMIT, heartbeatTimeout: 3600 };
  const { task } = await harness.tasks.submit({ type: 'test.probe', input, policy });
  return task;
}

async function hangingElsewhere(signal: 'SIGSTOP' | 'SIGKILL'): Promise<TaskView> {
  const queue = `left-by-${signal.toLowerCase()}`;
  const worker = await startWorkerProcess(harness, { queue });
  workers.push(worker);
  const task = await hangingTask(queue);
  await harness.reaches(task.id, 'running');
  process.kill(worker.pid, signal);
  return task;
}

describe('a task whose handler hangs beyond the maximum processing time', () => {
  it('fails with that reason, however often a client reads its state meanwhile', async () => {
    const waitFor = harness.file();
    const { id } = await hangingTask('default', waitFor);
    const states = new Set<string>();
    const polling = setInterval(() => void harness.tasks.read(id).then(({ state }) => states.add(state)), 500);
    const ended = await harness.tasks.wait(id, 60).finally(() => clearInterval(polling));
    // The handler itself was left behind in this process.
    await harness.touch(waitFor);
    expect(ended).toMatchObject({ state: 'failed', failure: TIMED_OUT });
    const story = await harness.tasks.timeline(id);
    expect(story).toContainEqual(expect.objectContaining({ event: 'operator-expire', by: 'monitor' }));
    expect(states).toContain('running');
    // The limit, the time that a deaf handler gets to settle, and a pass of the monitor.
    expect(Date.parse(ended.endedAt ?? '') - Date.parse(ended.createdAt)).toBeLessThan(25_000);
  });

  it.each(['SIGSTOP', 'SIGKILL'] as const)('is ended by the server after %s of its worker', async (signal) => {
    const task = elsewhere[signal];
    const ended = await harness.reaches(task.id, 'failed');
    expect(ended).toMatchObject({ failure: TIMED_OUT, attempts: 1 });
    const story = (await harness.tasks.timeline(task.id)).filter(({ by }) => by === 'monitor');
    expect(story.map(({ event }) => event)).toEqual(['operator-expire', 'failed']);
  });
});

it('leaves alone what waits for its time, a worker, its next attempt, a resume or an operator', async () => {
  const policy = { maxProcessingTime: 1, redrives: { transient: [3600] } };
  const submit = async (input: object, more: object = {}) => {
    const { task } = await harness.tasks.submit({ type: 'test.probe', input, policy, ...more });
    return task.id;
  };
  const ids = {
    scheduled: await submit({}, { runAt: new Date(Date.now() + 3600_000) }),
    queued: await submit({}, { policy: { ...policy, queue: 'nobody' } }),
    retrying: await submit({ failures: 1, retryAfter: 600 }),
    paused: await submit({ failures: 1, retryAfter: 600 }),
    'dead-lettered': await submit({ failures: 1 }, { policy: { ...policy, attempts: 1 } }),
  };
  await harness.reaches(ids.paused, 'retrying');
  await harness.tasks.act(ids.paused, 'pause');
  const states = Object.keys(ids) as (keyof typeof ids)[];
  for (const state of states) await harness.reaches(ids[state], state);

  const overdueFrom = Date.now() + 1000 * (policy.maxProcessingTime + OVERDUE.grace);
  await untilReport(harness, 'after their time', ({ startedAt }) => Date.parse(startedAt) > overdueFrom);
  for (const state of states) expect((await harness.tasks.read(ids[state])).state).toBe(state);
});

it('counts the running time since the last redrive only', async () => {
  const waitFor = harness.file();
  const policy = { maxProcessingTime: LIMIT, attempts: 1, redrives: { transient: [3600] } };
  const { task } = await harness.tasks.submit({ type: 'test.probe', input: { waitFor, failures: 1 }, policy });
  await harness.reaches(task.id, 'running');
  await until('it has run for most of its time', () => Date.now() - Date.parse(task.createdAt) > 2000);
  await harness.touch(waitFor);
  await harness.reaches(task.id, 'dead-lettered');
  await harness.tasks.act(task.id, 'retry', { input: { progress: [10, 20, 30] } });
  expect(await harness.tasks.wait(task.id, 60)).toMatchObject({ state: 'completed' });
});
