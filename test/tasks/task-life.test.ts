import { Harness, readLedger } from '../support/harness';
import { until } from '../support/until';

let harness: Harness;

beforeAll(async () => {
  harness = await Harness.start();
  await harness.startWorkers();
});
afterAll(() => harness.close());

describe('the life of a task', () => {
  it('goes from submission to its result', async () => {
    const { task, duplicate } = await harness.tasks.submit({ type: 'test.probe', input: { value: 42 } });
    expect(duplicate).toBe(false);
    expect(task.state).toBe('queued');
    const ended = await harness.tasks.wait(task.id, 60);
    expect(ended).toMatchObject({ state: 'completed', progress: 100, attempts: 1, result: { value: 42, attempt: 1 } });
  });

  it('finds its input always, also when 50 are submitted and run in the same instant', async () => {
    const submissions = Array.from({ length: 50 }, (_, value) => ({ type: 'test.probe', input: { value } }));
    const submitted = await Promise.all(submissions.map((submission) => harness.tasks.submit(submission)));
    const ended = await Promise.all(submitted.map(({ task }) => harness.tasks.wait(task.id, 90)));
    expect(ended.map(({ state }) => state)).toEqual(submissions.map(() => 'completed'));
    expect(ended.map(({ result }) => (result as { value: number }).value)).toEqual(
      submissions.map(({ input }) => input.value),
    );
  });

  it('shows as running while it executes, and never vanishes in between', async () => {
    const waitFor = harness.file();
    const { task } = await harness.tasks.submit({ type: 'test.probe', input: { waitFor } });
    const running = await harness.reaches(task.id, 'running');
    expect(running).toMatchObject({ attempts: 1, why: { cause: 'running' } });
    expect(running.worker).toMatch(/^holdfast\//);
    const listed = await until('the list shows the task', async () => {
      const { tasks } = await harness.tasks.list({ filter: { type: 'test.probe', state: ['running'] } });
      return tasks.find(({ id }) => id === task.id);
    });
    expect(listed.state).toBe('running');
    await harness.touch(waitFor);
    expect(await harness.tasks.wait(task.id, 60)).toMatchObject({ state: 'completed' });
  });

  it('ends with one answer everywhere, whose JSON survives the round trip', async () => {
    const value = { list: [1, { deep: [null, 'ü', 1.5] }], text: '"quoted"\n' };
    const { task } = await harness.tasks.submit({ type: 'test.probe', input: { value } });
    const ended = await harness.tasks.wait(task.id, 60);
    const end = (await harness.temporal.workflow.getHandle(task.id).result()) as { output: unknown };
    expect(end.output).toEqual({ value, attempt: 1 });
    expect(ended.result).toEqual(end.output);
    expect((await harness.tasks.read(task.id)).result).toEqual(end.output);
  });

  it('keeps values that are too large for a history in the artifact store, and gives them back whole', async () => {
    const value = 'x'.repeat(300_000);
    const { task } = await harness.tasks.submit({ type: 'test.probe', input: { value } });
    const ended = await harness.tasks.wait(task.id, 60);
    expect(ended.result).toEqual({ value, attempt: 1 });
    const { historySize } = await harness.temporal.workflow.getHandle(task.id).describe();
    expect(historySize).toBeLessThan(50_000);
  });
});

describe('attempts', () => {
  it('are repeated after failures, each of which is remembered', async () => {
    const ledger = harness.file();
    const { task } = await harness.tasks.submit({ type: 'test.probe', input: { failures: 2, ledger } });
    const ended = await harness.tasks.wait(task.id, 60);
    expect(ended).toMatchObject({ state: 'completed', attempts: 3, result: { attempt: 3 } });
    expect(ended.failures?.map(({ attempt, code, message }) => [attempt, code, message])).toEqual([
      [1, 'TRANSIENT_NETWORK', 'probe failed in attempt 1'],
      [2, 'TRANSIENT_NETWORK', 'probe failed in attempt 2'],
    ]);
    const { begun } = readLedger(ledger);
    expect(begun.map(({ attempt }) => attempt)).toEqual([1, 2, 3]);
    expect(new Set(begun.map(({ effectKey }) => effectKey)).size).toBe(1);
  });

  it('are counted beyond those whose failures are remembered', async () => {
    const policy = { attempts: 30, firstDelay: 0.1, cap: 0.1 };
    const { task } = await harness.tasks.submit({ type: 'test.probe', input: { failures: 23 }, policy });
    const ended = await harness.tasks.wait(task.id, 90);
    expect(ended).toMatchObject({ state: 'completed', attempts: 24, result: { attempt: 24 } });
    expect(ended.failures?.map(({ attempt }) => attempt)).toEqual(Array.from({ length: 20 }, (_, index) => index + 4));
  });

  it('that wait for their time say so: when, why and what to do', async () => {
    const { task } = await harness.tasks.submit({ type: 'test.probe', input: { failures: 1, retryAfter: 120 } });
    const retrying = await harness.reaches(task.id, 'retrying');
    expect(retrying.why).toMatchObject({ cause: 'waits-for-next-attempt' });
    expect(retrying.why?.message).toContain('probe failed in attempt 1');
    const wait = Date.parse(retrying.nextAttemptAt ?? '') - Date.now();
    expect(wait).toBeGreaterThan(60_000);
    expect(wait).toBeLessThan(121_000);
    expect(retrying.failures).toHaveLength(1);

    await harness.tasks.act(task.id, 'retry', { by: 'test', reason: 'do not wait' });
    expect(await harness.tasks.wait(task.id, 60)).toMatchObject({ state: 'completed', attempts: 2 });
  });

  it('used up, end the task as failed with code, class and every failure', async () => {
    const { task } = await harness.tasks.submit({ type: 'test.probe', input: { failures: 9 } });
    const ended = await harness.tasks.wait(task.id, 60);
    expect(ended).toMatchObject({
      state: 'failed',
      attempts: 3,
      failure: { code: 'TRANSIENT_NETWORK', class: 'transient', message: 'probe failed in attempt 3' },
    });
    expect(ended.failures?.map(({ attempt }) => attempt)).toEqual([1, 2, 3]);
    expect(ended.result).toBeUndefined();
    const found = await until('the failed task is listed by its code', async () => {
      const { tasks } = await harness.tasks.list({ filter: { failureCode: 'TRANSIENT_NETWORK', state: ['failed'] } });
      return tasks.find(({ id }) => id === task.id);
    });
    expect(found.state).toBe('failed');
  });

  it('hopeless, fail the task at once with their message', async () => {
    const ledger = harness.file();
    const input = { failures: 9, code: 'PERMANENT_VALIDATION', ledger } as const;
    const { task } = await harness.tasks.submit({ type: 'test.probe', input });
    const ended = await harness.tasks.wait(task.id, 60);
    expect(ended).toMatchObject({
      state: 'failed',
      attempts: 1,
      failure: { class: 'permanent', message: 'probe failed in attempt 1' },
    });
    expect(readLedger(ledger).begun).toHaveLength(1);
  });

  it('end at their time limit, and say so', async () => {
    const input = { waitFor: harness.file() };
    const { task } = await harness.tasks.submit({ type: 'test.probe', input, policy: { timeout: 1, attempts: 1 } });
    const ended = await harness.tasks.wait(task.id, 60);
    expect(ended).toMatchObject({
      state: 'failed',
      failure: { code: 'EXTERNAL_TIMEOUT', message: 'Attempt timed out after 1 seconds' },
    });
  });

  it('report progress that never falls, not even from attempt to attempt, and 100 only with the result', async () => {
    const input = { progress: [10, 60, 30, 90], failures: 1 };
    const { task } = await harness.tasks.submit({ type: 'test.probe', input });
    const seen: number[] = [];
    const ended = await until('the task has ended', async () => {
      const view = await harness.tasks.read(task.id);
      seen.push(view.progress);
      return view.state === 'completed' ? view : undefined;
    });
    expect(seen).toEqual(seen.toSorted((a, b) => a - b));
    expect(seen.slice(0, -1).every((progress) => progress < 100)).toBe(true);
    expect(new Set(seen).size).toBeGreaterThan(2);
    expect(ended).toMatchObject({ progress: 100, attempts: 2 });
  });
});

describe('a task with a time', () => {
  it('is scheduled until then, and runs afterwards', async () => {
    const runAt = new Date(Date.now() + 3000);
    const { task } = await harness.tasks.submit({ type: 'test.probe', input: {}, runAt });
    expect(task).toMatchObject({ state: 'scheduled', scheduledFor: runAt.toISOString() });
    expect(await harness.tasks.read(task.id)).toMatchObject({
      state: 'scheduled',
      why: { cause: 'waits-for-its-time' },
    });
    const ended = await harness.tasks.wait(task.id, 60);
    expect(ended.state).toBe('completed');
    expect(Date.parse(ended.endedAt ?? '')).toBeGreaterThanOrEqual(runAt.getTime());
  });
});

describe('the processing time', () => {
  it('of all attempts together ends a task that would go on within its attempts', async () => {
    const policy = { attempts: 9, timeout: 1.2, maxProcessingTime: 2 };
    const { task } = await harness.tasks.submit({ type: 'test.probe', input: { waitFor: harness.file() }, policy });
    expect(await harness.tasks.wait(task.id, 60)).toMatchObject({
      state: 'failed',
      attempts: 2,
      failure: { code: 'TASK_TIMED_OUT', message: 'Task timed out after 2 seconds' },
    });
  });

  it('does not count the time between attempts', async () => {
    const policy = { attempts: 3, firstDelay: 1.5, cap: 1.5, jitter: 0, maxProcessingTime: 2 };
    const { task } = await harness.tasks.submit({ type: 'test.probe', input: { failures: 2 }, policy });
    expect(await harness.tasks.wait(task.id, 60)).toMatchObject({ state: 'completed', attempts: 3 });
  });

  it('begins anew with a redrive', async () => {
    const policy = { timeout: 1.5, maxProcessingTime: 2, redrives: { external: [0.2, 0.2, 0.2] } };
    const { task } = await harness.tasks.submit({ type: 'test.parked', input: { waitFor: harness.file() }, policy });
    const given = await harness.tasks.wait(task.id, 60);
    expect(given).toMatchObject({ attempts: 4, failure: { code: 'EXTERNAL_TIMEOUT', abandoned: true } });
  });
});
