import { Harness } from '../support/harness';

let harness: Harness;

beforeAll(async () => {
  harness = await Harness.start();
  await harness.startWorkers();
});
afterAll(() => harness.close());

describe('the processing time', () => {
  it('of all attempts together ends a task that would go on within its attempts (S1-5)', async () => {
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

it('an inline attempt that was asked to wait is followed no earlier', async () => {
  const policy = { attempts: 2 };
  const input = { failures: 1, retryAfter: 2 };
  const { task } = await harness.tasks.submit({ type: 'test.inline', input, policy });
  const done = await harness.tasks.wait(task.id, 60);
  expect(done).toMatchObject({ state: 'completed', attempts: 2 });
  const failedAt = Date.parse(done.failures?.[0]?.at ?? '');
  expect(Date.parse(done.endedAt ?? '') - failedAt).toBeGreaterThanOrEqual(1900);
});
