import type { SubmitResult } from '../../src/client/submit/submissions';
import { Harness, readLedger } from '../support/harness';
import { until } from '../support/until';

let harness: Harness;

beforeAll(async () => {
  harness = await Harness.start();
  await harness.startWorkers();
});
afterAll(() => harness.close());

let keys = 0;
const newKey = () => `key-${++keys}`;

/** Submits the same thing many times at once. */
function race(count: number, submit: (racer: number) => Promise<SubmitResult>) {
  return Promise.allSettled(Array.from({ length: count }, (_, racer) => submit(racer)));
}

function answers(settled: PromiseSettledResult<SubmitResult>[]): SubmitResult[] {
  return settled.filter((one) => one.status === 'fulfilled').map((one) => one.value);
}

/** Waits until the key of an ended task has come free. */
async function windowIsOver(taskId: string): Promise<void> {
  const { windowEndsAt } = await harness.tasks.read(taskId);
  await until('the window is over', () => Date.now() > Date.parse(windowEndsAt ?? ''));
}

describe('a key', () => {
  it('answers with the first task, its result included, and runs nothing twice', async () => {
    const submission = { type: 'test.probe', input: { ledger: harness.file(), value: 7 }, key: newKey() };
    const first = await harness.tasks.submit(submission);
    const ended = await harness.tasks.wait(first.task.id, 60);
    const second = await harness.tasks.submit(submission);
    expect(second).toMatchObject({
      duplicate: true,
      task: { id: first.task.id, state: 'completed', result: { value: 7 } },
    });
    expect(Date.parse(second.task.windowEndsAt ?? '') - Date.parse(ended.endedAt ?? '')).toBe(3600_000);
    expect(readLedger(submission.input.ledger).begun).toHaveLength(1);
  });

  it('answers with the open task while it runs', async () => {
    const waitFor = harness.file();
    const submission = { type: 'test.probe', input: { waitFor }, key: newKey() };
    const { task } = await harness.tasks.submit(submission);
    await harness.reaches(task.id, 'running');
    expect(await harness.tasks.submit(submission)).toMatchObject({
      duplicate: true,
      task: { id: task.id, state: 'running' },
    });
    await harness.touch(waitFor);
  });

  it('50 callers at once make exactly one task and get 50 equal answers', async () => {
    // A machine that stands still for seconds would lose the attempt, and run it again as it should.
    const policy = { heartbeatTimeout: 60 };
    const submission = { type: 'test.probe', input: { ledger: harness.file(), value: 'one' }, key: newKey(), policy };
    const settled = answers(await race(50, () => harness.tasks.submit(submission)));
    expect(settled).toHaveLength(50);
    expect(settled.filter(({ duplicate }) => !duplicate)).toHaveLength(1);
    expect(new Set(settled.map(({ task }) => task.id)).size).toBe(1);
    const results = await Promise.all(settled.map(({ task }) => harness.tasks.wait(task.id, 60)));
    expect(new Set(results.map(({ result }) => JSON.stringify(result))).size).toBe(1);
    expect(readLedger(submission.input.ledger).begun).toHaveLength(1);
  });

  it('is refused with another payload, open or ended', async () => {
    const key = newKey();
    const { task } = await harness.tasks.submit({ type: 'test.probe', input: { value: 1 }, key });
    const other = () => harness.tasks.submit({ type: 'test.probe', input: { value: 2 }, key });
    await expect(other()).rejects.toMatchObject({ code: 'key-reused' });
    await harness.tasks.wait(task.id, 60);
    await expect(other()).rejects.toMatchObject({ code: 'key-reused', extra: { taskId: task.id } });
  });

  it('does not mind the order of object keys in the payload', async () => {
    const key = newKey();
    const first = await harness.tasks.submit({ type: 'test.probe', input: { value: { a: 1, b: 2 } }, key });
    const second = await harness.tasks.submit({ type: 'test.probe', input: { value: { b: 2, a: 1 } }, key });
    expect(second).toMatchObject({ duplicate: true, task: { id: first.task.id } });
  });

  it('belongs to its type and tenant', async () => {
    const key = newKey();
    const submit = (type: string, tenant: string) => harness.tasks.submit({ type, input: {}, key, tenant });
    const made = [await submit('test.probe', 'a'), await submit('test.probe', 'b'), await submit('test.inline', 'a')];
    expect(made.map(({ duplicate }) => duplicate)).toEqual([false, false, false]);
    expect(new Set(made.map(({ task }) => task.id)).size).toBe(3);
  });

  it('says whether there is a task for it, without a submission', async () => {
    const key = newKey();
    expect(await harness.tasks.find('test.probe', key)).toBeUndefined();
    const { task } = await harness.tasks.submit({ type: 'test.probe', input: {}, key });
    expect(await harness.tasks.find('test.probe', key)).toMatchObject({ id: task.id, key });
  });

  it('is made from the input where the contract says so', async () => {
    const submit = (value: number) => harness.tasks.submit({ type: 'test.by-input', input: { value } });
    const [first, same, other] = [await submit(1), await submit(1), await submit(2)];
    expect(same).toMatchObject({ duplicate: true, task: { id: first.task.id } });
    expect(other.duplicate).toBe(false);
  });

  it('other arguments under other keys both run', async () => {
    const ledger = harness.file();
    for (const value of [1, 2]) {
      const { task } = await harness.tasks.submit({ type: 'test.probe', input: { ledger, value }, key: newKey() });
      await harness.tasks.wait(task.id, 60);
    }
    expect(readLedger(ledger).done).toBe(2);
  });
});

describe('a window', () => {
  const policy = { window: 1 };

  it('of one second is over after one second: the key makes a new task of a new generation', async () => {
    const ledger = harness.file();
    const submission = { type: 'test.probe', input: { ledger }, key: newKey(), policy };
    const first = await harness.tasks.submit(submission);
    const ended = await harness.tasks.wait(first.task.id, 60);
    await windowIsOver(first.task.id);
    const second = await harness.tasks.submit(submission);
    expect(second.duplicate).toBe(false);
    expect(second.task.id).toBe(first.task.id);
    const again = await harness.tasks.wait(second.task.id, 60);
    expect(again.generation).not.toBe(ended.generation);
    const { begun } = readLedger(ledger);
    expect(begun).toHaveLength(2);
    expect(begun[0]?.effectKey).not.toBe(begun[1]?.effectKey);
  });

  // The window of the new run is long: a slow machine must not see it end, too.
  it.each([
    ['completed', {}],
    ['failed', { failures: 9, code: 'PERMANENT_VALIDATION' as const }],
  ])('20 racers at the moment it ends after a %s task make exactly one new run', async (state, input) => {
    const ledger = harness.file();
    const submission = { type: 'test.probe', input: { ...input, ledger }, key: newKey() };
    const first = await harness.tasks.submit({ ...submission, policy: { window: 1 } });
    expect(await harness.tasks.wait(first.task.id, 60)).toMatchObject({ state });
    await windowIsOver(first.task.id);
    const settled = answers(
      await race(20, () => harness.tasks.submit({ ...submission, policy: { window: 600, failureWindow: 600 } })),
    );
    expect(settled).toHaveLength(20);
    expect(settled.filter(({ duplicate }) => !duplicate)).toHaveLength(1);
    expect(new Set(settled.map(({ task }) => task.runId)).size).toBe(1);
    await harness.tasks.wait(first.task.id, 60);
    expect(readLedger(ledger).begun).toHaveLength(2);
  });

  it('after a cancelled task is none: 20 racers make exactly one new run at once', async () => {
    const ledger = harness.file();
    const submission = { type: 'test.probe', input: { ledger, waitFor: harness.file() }, key: newKey() };
    const first = await harness.tasks.submit(submission);
    await harness.reaches(first.task.id, 'running');
    await harness.tasks.act(first.task.id, 'cancel');
    await harness.reaches(first.task.id, 'cancelled');
    const settled = answers(await race(20, () => harness.tasks.submit(submission)));
    expect(settled.filter(({ duplicate }) => !duplicate)).toHaveLength(1);
    await harness.touch(submission.input.waitFor);
    await harness.tasks.wait(first.task.id, 60);
    expect(readLedger(ledger).done).toBe(1);
  });

  it('that ends under 20 racers with two payloads lets one payload win and refuses the other', async () => {
    const key = newKey();
    const first = await harness.tasks.submit({ type: 'test.probe', input: { value: 0 }, key, policy });
    await harness.tasks.wait(first.task.id, 60);
    await windowIsOver(first.task.id);
    const settled = await race(20, (racer) =>
      harness.tasks.submit({ type: 'test.probe', input: { value: racer % 2 }, key, policy: { window: 600 } }),
    );
    const won = answers(settled);
    const refused = settled.filter((one) => one.status === 'rejected').map((one) => one.reason as { code: string });
    expect(won).toHaveLength(10);
    expect(won.filter(({ duplicate }) => !duplicate)).toHaveLength(1);
    expect(refused.map(({ code }) => code)).toEqual(Array.from({ length: 10 }, () => 'key-reused'));
  });

  it('after a failure answers with the failure, as a failure, and only for the shorter time', async () => {
    const input = { failures: 9, code: 'PERMANENT_VALIDATION' as const };
    const submission = { type: 'test.probe', input, key: newKey(), policy: { window: 600, failureWindow: 1 } };
    const first = await harness.tasks.submit({ ...submission, policy: { window: 600, failureWindow: 30 } });
    await harness.tasks.wait(first.task.id, 60);
    const second = await harness.tasks.submit(submission);
    expect(second).toMatchObject({
      duplicate: true,
      task: { state: 'failed', failure: { code: 'PERMANENT_VALIDATION' } },
    });
    expect(second.task.result).toBeUndefined();
    const { endedAt = '', windowEndsAt = '' } = second.task;
    expect(Date.parse(windowEndsAt) - Date.parse(endedAt)).toBe(30_000);
  });

  it('does not block the retries of its own task', async () => {
    const submission = { type: 'test.probe', input: { failures: 2 }, key: newKey() };
    const { task } = await harness.tasks.submit(submission);
    expect(await harness.tasks.wait(task.id, 60)).toMatchObject({ state: 'completed', attempts: 3 });
  });

  it('longer than Temporal keeps ended tasks is refused', async () => {
    const policy = { window: 31 * 86_400 };
    await expect(harness.tasks.submit({ type: 'test.probe', input: {}, policy })).rejects.toMatchObject({
      code: 'window-too-long',
    });
  });
});
