import type { TaskFilter } from '../../src/client/list/list-query';
import type { TaskView } from '../../src/client/read/view';
import type { TaskState } from '../../src/protocol/task';
import { Harness } from '../support/harness';
import { until } from '../support/until';

let harness: Harness;
const ids: Partial<Record<TaskState, string>> = {};

/** One task in each state that needs no accident. */
beforeAll(async () => {
  harness = await Harness.start();
  await harness.startWorkers();
  const submit = async (state: TaskState, input: object, more: object = {}) => {
    const { task } = await harness.tasks.submit({
      type: 'test.probe',
      input,
      tenant: 'acme',
      tags: ['states'],
      ...more,
    });
    ids[state] = task.id;
    return task.id;
  };
  const waitFor = harness.file();
  await submit('completed', {});
  await submit('failed', { failures: 9, code: 'PERMANENT_VALIDATION' });
  await submit('running', { waitFor });
  await submit('retrying', { failures: 1, retryAfter: 3600 });
  await submit('queued', {}, { policy: { queue: 'nobody' } });
  await submit('scheduled', {}, { runAt: new Date(Date.now() + 3600_000) });
  await submit('cancelled', { waitFor });
  await submit('paused', { failures: 1, retryAfter: 3600 });
  await harness.reaches(ids.cancelled ?? '', 'running');
  await harness.tasks.act(ids.cancelled ?? '', 'cancel');
  await harness.reaches(ids.paused ?? '', 'retrying');
  await harness.tasks.act(ids.paused ?? '', 'pause');
  for (const [state, id] of Object.entries(ids)) await harness.reaches(id, state as TaskState);
});
afterAll(() => harness.close());

/** Lists lag by a moment: asks until the list has so many tasks. */
async function listed(filter: TaskFilter, count: number): Promise<TaskView[]> {
  return until(`the list has ${count} tasks`, async () => {
    const { tasks } = await harness.tasks.list({ filter });
    return tasks.length === count ? tasks : undefined;
  });
}

describe('a list of tasks', () => {
  const STATES: TaskState[] = [
    'completed',
    'failed',
    'running',
    'retrying',
    'queued',
    'scheduled',
    'cancelled',
    'paused',
  ];

  it.each(STATES)('finds exactly the task that is %s', async (state) => {
    const [task] = await listed({ state: [state], tag: 'states' }, 1);
    expect(task).toMatchObject({ id: ids[state], state });
  });

  it('never shows a state that the task page would not', async () => {
    for (const task of await listed({ tenant: 'acme', tag: 'states' }, STATES.length)) {
      expect(task.state).toBe((await harness.tasks.read(task.id)).state);
    }
  });

  it('finds several states, types, tenants and times at once', async () => {
    await listed({ state: ['completed', 'cancelled'], type: 'test.probe', tenant: 'acme' }, 2);
    expect((await harness.tasks.list({ filter: { tenant: 'nobody' } })).tasks).toEqual([]);
    expect((await harness.tasks.list({ filter: { createdBefore: new Date(Date.now() - 86_400_000) } })).tasks).toEqual(
      [],
    );
    await listed({ failureClass: 'permanent' }, 1);
  });

  it('comes in pages that together hold every task once', async () => {
    await listed({ tag: 'states' }, STATES.length);
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await harness.tasks.list({ filter: { tag: 'states' }, limit: 3, ...(cursor && { cursor }) });
      expect(page.tasks.length).toBeLessThanOrEqual(3);
      seen.push(...page.tasks.map(({ id }) => id));
      cursor = page.cursor;
    } while (cursor);
    expect(seen.toSorted()).toEqual(Object.values(ids).toSorted());
  });

  it('shows a redriven task once, as it is now', async () => {
    const { task } = await harness.tasks.submit({
      type: 'test.probe',
      input: { failures: 9, code: 'PERMANENT_VALIDATION' },
      tags: ['redriven'],
    });
    await harness.tasks.wait(task.id, 60);
    await harness.tasks.act(task.id, 'retry', { input: {} });
    await harness.tasks.wait(task.id, 60);
    const [shown] = await listed({ tag: 'redriven' }, 1);
    expect(shown?.state).toBe('completed');
    expect((await harness.tasks.list({ filter: { tag: 'redriven', state: ['failed'] } })).tasks).toEqual([]);
  });

  it('cannot be talked into another query by a hostile value', async () => {
    const hostile = "x' OR WorkflowType = 'test.probe";
    expect((await harness.tasks.list({ filter: { tenant: hostile } })).tasks).toEqual([]);
    expect((await harness.tasks.list({ filter: { tag: "\\' OR 1=1 --" } })).tasks).toEqual([]);
  });

  it('refuses a cursor that it did not give out', async () => {
    await expect(harness.tasks.list({ cursor: 'nonsense' })).rejects.toMatchObject({ code: 'invalid-request' });
  });
});

describe('the statistics', () => {
  it('count what Visibility knows, and say how old and how exact they are', async () => {
    const stats = await until('the counts are in', async () => {
      const taken = await harness.tasks.stats();
      return taken.tasks.total.completed >= 1 && taken.tasks.recorded.scheduled === 1 ? taken : undefined;
    });
    expect(stats.tasks.exact).toBe(true);
    // The redriven task's first run has failed, too.
    expect(stats.tasks.byType['test.probe']).toMatchObject({ failed: 2, cancelled: 1 });
    expect(stats.ageSeconds).toBeLessThan(60);
    const queue = stats.queues.list.find((one) => one.queue === 'default');
    expect(queue?.workers[0]?.identity).toMatch(/^holdfast\//);
  });
});

describe('a timeline', () => {
  it('lists the whole life in order, by task ID', async () => {
    const { task } = await harness.tasks.submit({ type: 'test.probe', input: { failures: 1 } });
    await harness.tasks.wait(task.id, 60);
    const story = await harness.tasks.timeline(task.id);
    expect(story.map(({ event }) => event)).toEqual([
      'created',
      'queued',
      'attempt-failed',
      'attempt-succeeded',
      'completed',
    ]);
    expect(story[2]).toMatchObject({
      attempt: 1,
      text: 'Attempt 1 failed: TRANSIENT_NETWORK: probe failed in attempt 1',
    });
    expect(story.map(({ at }) => at)).toEqual(story.map(({ at }) => at).toSorted());
  });

  it('shows failed attempts while the task still retries', async () => {
    const story = await harness.tasks.timeline(ids.retrying ?? '');
    expect(story.map(({ event }) => event)).toEqual(['created', 'queued', 'attempt-failed']);
  });

  it('of no task is an error that says so', async () => {
    await expect(harness.tasks.timeline('test.probe:none')).rejects.toMatchObject({ code: 'task-not-found' });
  });
});
