import { rm } from 'node:fs/promises';
import type { TaskView } from '../../src/client/read/view';
import type { TaskState } from '../../src/protocol/task';
import { Harness } from '../support/harness';

let harness: Harness;

beforeAll(async () => {
  harness = await Harness.start();
  await harness.startWorkers();
});
afterAll(() => harness.close());

const FAR = { firstDelay: 3600, cap: 3600, attempts: 5 };
const PARKED = { attempts: 1, redrives: { transient: [3600] } };

/** How a task gets to a state in which failures are shown, and what its input and policy are. */
const STAGES: Record<string, { state: TaskState; type?: string; input: object; policy: object; pause?: true }> = {
  'that waits for its next attempt': { state: 'retrying', input: { failures: 9, retryAfter: 3600 }, policy: FAR },
  'that waits after its inline attempt': {
    state: 'retrying',
    type: 'test.inline',
    input: { failures: 9, retryAfter: 3600 },
    policy: FAR,
  },
  'that was paused between attempts': {
    state: 'paused',
    input: { failures: 9, retryAfter: 3600 },
    policy: FAR,
    pause: true,
  },
  'that is parked': { state: 'dead-lettered', type: 'test.parked', input: { failures: 9 }, policy: PARKED },
};

/** Every way in which a task can be ended from outside. */
const ENDS: Record<string, { state: TaskState; end: (id: string) => Promise<unknown> }> = {
  cancel: { state: 'cancelled', end: (id) => harness.tasks.act(id, 'cancel') },
  fail: { state: 'failed', end: (id) => harness.tasks.act(id, 'fail', { reason: 'wrong' }) },
  abandon: { state: 'failed', end: (id) => harness.tasks.act(id, 'abandon', { reason: 'not wanted' }) },
  resolve: { state: 'completed', end: (id) => harness.tasks.act(id, 'resolve', { result: { value: 1, attempt: 0 } }) },
  expire: {
    state: 'failed',
    end: (id) => harness.temporal.workflow.getHandle(id).signal('expire', { reason: 'too long' }),
  },
  'a cancel by the stock tools': {
    state: 'cancelled',
    end: (id) => harness.temporal.workflow.getHandle(id).cancel(),
  },
  'a termination': { state: 'failed', end: (id) => harness.temporal.workflow.getHandle(id).terminate('by hand') },
};

const numbersOf = ({ failures = [] }: TaskView) => failures.map(({ attempt }) => attempt);

const storyOf = async (id: string) => {
  const story = await harness.tasks.timeline(id);
  return story.filter(({ event }) => event === 'attempt-failed').map(({ attempt }) => attempt);
};

describe.each(Object.entries(STAGES))('a task %s', (_stage, { state, type = 'test.probe', input, policy, pause }) => {
  it.each(Object.entries(ENDS))('shows after %s what it showed before', async (_end, { state: endState, end }) => {
    const { task } = await harness.tasks.submit({ type, input, policy });
    if (pause) {
      await harness.reaches(task.id, 'retrying');
      await harness.tasks.act(task.id, 'pause');
    }
    const before = await harness.reaches(task.id, state);
    expect(before).toMatchObject({ attempts: 1, failures: [{ attempt: 1, code: 'TRANSIENT_NETWORK' }] });
    await end(task.id);
    const waited = await harness.tasks.wait(task.id, 60);
    for (const after of [waited, await harness.tasks.read(task.id)]) {
      expect(after).toMatchObject({ state: endState, attempts: 1 });
      expect(numbersOf(after)).toEqual([1]);
    }
    expect(await storyOf(task.id)).toEqual([1]);
  });
});

/** A task whose first attempt has failed and whose second one runs until the file is there. */
async function secondAttemptRuns(policy: object) {
  const waitFor = harness.file();
  await harness.touch(waitFor);
  const input = { failures: 1, waitFor };
  const { task } = await harness.tasks.submit({
    type: 'test.probe',
    input,
    policy: { firstDelay: 1, cap: 1, ...policy },
  });
  await harness.reaches(task.id, 'retrying');
  await rm(waitFor);
  const running = await harness.reaches(task.id, 'running');
  expect(running).toMatchObject({ attempts: 2, failures: [{ attempt: 1 }] });
  return task.id;
}

it.each(Object.entries(ENDS))('a running second attempt and the first: both are there after %s', async (_, ended) => {
  const id = await secondAttemptRuns({});
  await ended.end(id);
  const after = await harness.tasks.wait(id, 60);
  expect(after).toMatchObject({ state: ended.state, attempts: 2 });
  expect(numbersOf(after)).toEqual([1]);
  expect(await storyOf(id)).toEqual([1]);
});

it('a task that ran out of its total time keeps what its attempts came to, also after an operator’s retry', async () => {
  const id = await secondAttemptRuns({ maxTotalTime: 4 });
  const ended = await harness.reaches(id, 'failed');
  expect(ended).toMatchObject({ failure: { code: 'TASK_TIMED_OUT' }, attempts: 2, failures: [{ attempt: 1 }] });
  await harness.tasks.act(id, 'retry', { input: {} });
  await harness.tasks.wait(id, 60);
  expect(await storyOf(id)).toEqual([1]);
});

it('a redriven run of a cancelled task does not show what is over', async () => {
  const { task } = await harness.tasks.submit({
    type: 'test.probe',
    input: { failures: 1, retryAfter: 60 },
    policy: FAR,
  });
  await harness.reaches(task.id, 'retrying');
  await harness.tasks.act(task.id, 'cancel');
  await harness.reaches(task.id, 'cancelled');
  const waitFor = harness.file();
  await harness.tasks.act(task.id, 'retry', { input: { waitFor } });
  expect(await harness.reaches(task.id, 'running')).toMatchObject({ attempts: 1, failures: [] });
  await harness.touch(waitFor);
  expect(await storyOf(task.id)).toEqual([1]);
});

it('a failed task keeps what its attempts came to when an operator gives its result', async () => {
  const { task } = await harness.tasks.submit({ type: 'test.probe', input: { failures: 9 } });
  const failed = await harness.reaches(task.id, 'failed');
  expect(failed).toMatchObject({ attempts: 3 });
  await harness.tasks.act(task.id, 'resolve', { result: { value: 1, attempt: 0 } });
  const resolved = await harness.reaches(task.id, 'completed');
  expect(resolved).toMatchObject({ attempts: 3, result: { value: 1 } });
  expect(numbersOf(resolved)).toEqual([1, 2, 3]);
});
