import type { TaskView } from '../../src/client/read/view';
import { TestApi } from '../support/api';
import { Harness, readLedger } from '../support/harness';
import { until } from '../support/until';

let harness: Harness;
let api: TestApi;

beforeAll(async () => {
  harness = await Harness.start();
  await harness.startWorkers();
  api = await TestApi.start(harness);
});
afterAll(async () => {
  await api.close();
  await harness.close();
});

const submission = (input: object = {}, more: object = {}) => ({ type: 'test.probe', input, ...more });

describe('POST /v1/tasks', () => {
  it('answers 202 with the address of a task that has started', async () => {
    const { status, headers, body } = await api.post('/v1/tasks', submission());
    expect({ status, state: body.state }).toEqual({ status: 202, state: 'queued' });
    expect(headers.get('Location')).toBe(`/v1/tasks/${encodeURIComponent(body.id)}`);
    const read = await api.get(headers.get('Location') ?? '');
    expect(read.body).toMatchObject({ id: body.id, runId: body.runId });
    await expect(harness.temporal.workflow.getHandle(body.id).describe()).resolves.toMatchObject({
      type: 'test.probe',
    });
  });

  it('carries tenant, priority, tags and policy', async () => {
    const more = { tenant: 'acme', priority: 1, tags: ['a', 'b:c'], policy: { attempts: 7, window: 60 } };
    const { body } = await api.post('/v1/tasks', submission({}, more));
    expect(body).toMatchObject({
      tenant: 'acme',
      priority: 1,
      tags: ['a', 'b:c'],
      policy: { attempts: 7, window: 60 },
    });
  });

  it.each([
    ['a delay in seconds', { delay: 3600 }],
    ['a time', { runAt: new Date(Date.now() + 3_600_000).toISOString() }],
  ])('keeps a task for later: %s', async (_name, more) => {
    const { status, body } = await api.post('/v1/tasks', submission({}, more));
    expect({ status, state: body.state }).toEqual({ status: 202, state: 'scheduled' });
    expect(Math.abs(Date.parse(body.scheduledFor) - Date.now() - 3_600_000)).toBeLessThan(60_000);
  });

  it('takes an input that is too large for a history', async () => {
    const value = 'x'.repeat(1024 * 1024);
    const { status, body } = await api.post('/v1/tasks', submission({ value }), { Prefer: 'wait=30' });
    expect({ status, whole: body.result?.value === value }).toEqual({ status: 200, whole: true });
  });
});

describe('Idempotency-Key', () => {
  it('answers a repeat with the same task, 200 and Idempotency-Replayed', async () => {
    const first = await api.post('/v1/tasks', submission({ value: 1 }), { 'Idempotency-Key': 'order 1' });
    const second = await api.post('/v1/tasks', submission({ value: 1 }), { 'Idempotency-Key': 'order 1' });
    expect([first.status, second.status]).toEqual([202, 200]);
    expect(first.headers.get('Idempotency-Replayed')).toBeNull();
    expect(second.headers.get('Idempotency-Replayed')).toBe('true');
    expect(second.body).toMatchObject({ id: first.body.id, runId: first.body.runId, key: 'order 1' });
    expect(second.headers.get('Location')).toBe(first.headers.get('Location'));
  });

  it('means the same bare and as a quoted string', async () => {
    const bare = await api.post('/v1/tasks', submission(), { 'Idempotency-Key': 'a b\\c' });
    const quoted = await api.post('/v1/tasks', submission(), { 'Idempotency-Key': '"a b\\\\c"' });
    expect(quoted.body.id).toBe(bare.body.id);
  });

  it('makes one task of 50 callers at once, and gives all of them the same answer', async () => {
    const ledger = harness.file();
    const answers = await Promise.all(
      Array.from({ length: 50 }, () =>
        api.post('/v1/tasks', submission({ ledger }), { 'Idempotency-Key': 'racers', Prefer: 'wait=30' }),
      ),
    );
    expect(answers.filter(({ headers }) => !headers.get('Idempotency-Replayed'))).toHaveLength(1);
    expect(new Set(answers.map(({ status, body }) => `${status} ${body.runId} ${body.state}`)).size).toBe(1);
    expect(readLedger(ledger)).toMatchObject({ done: 1 });
  });

  it('is refused with another payload: 422, naming the task that has it', async () => {
    const first = await api.submit('test.probe', { value: 1 }, {}, { 'Idempotency-Key': 'taken' });
    const other = await api.post('/v1/tasks', submission({ value: 2 }), { 'Idempotency-Key': 'taken' });
    expect(other).toMatchObject({ status: 422, body: { code: 'key-reused', taskId: first.id } });
  });

  it('is apart for each tenant', async () => {
    const key = { 'Idempotency-Key': 'shared' };
    const one = await api.submit('test.probe', {}, { tenant: 'one' }, key);
    const two = await api.submit('test.probe', {}, { tenant: 'two' }, key);
    expect(two.id).not.toBe(one.id);
  });

  it('gives a failure as a failure inside the failure window', async () => {
    const input = { failures: 9, code: 'PERMANENT_VALIDATION' };
    const headers = { 'Idempotency-Key': 'failing', Prefer: 'wait=30' };
    await api.post('/v1/tasks', submission(input), headers);
    const again = await api.post('/v1/tasks', submission(input), headers);
    expect(again).toMatchObject({ status: 200, body: { state: 'failed', failure: { code: 'PERMANENT_VALIDATION' } } });
    expect(again.headers.get('Idempotency-Replayed')).toBe('true');
  });
});

describe('Prefer: wait', () => {
  it('answers 200 with the result when it is there in time', async () => {
    const { status, headers, body } = await api.post('/v1/tasks', submission({ value: 42 }), { Prefer: 'wait=30' });
    expect({ status, state: body.state, result: body.result }).toEqual({
      status: 200,
      state: 'completed',
      result: { value: 42, attempt: 1 },
    });
    expect(headers.get('Preference-Applied')).toBe('wait=30');
  });

  it('answers 202 when it is not', async () => {
    const waitFor = harness.file();
    const { status, body } = await api.post('/v1/tasks', submission({ waitFor }), { Prefer: 'respond-async, wait=1' });
    expect({ status, open: ['queued', 'running'].includes(body.state) }).toEqual({ status: 202, open: true });
    await harness.touch(waitFor);
  });

  it('waits for at most 60 seconds, and says so', async () => {
    const { headers } = await api.post('/v1/tasks', submission(), { Prefer: 'wait=3600' });
    expect(headers.get('Preference-Applied')).toBe('wait=60');
  });

  it('answers 429 beyond the limit of waiting calls, and submits nothing', async () => {
    const narrow = await TestApi.start(harness, { limits: { waits: 1 } });
    const [waitFor, ledger] = [harness.file(), harness.file()];
    const waiting = narrow.post('/v1/tasks', submission({ waitFor }), { Prefer: 'wait=60' });
    const refused = await until('the one place is taken', async () => {
      const answer = await narrow.post('/v1/tasks', submission({ ledger }, { policy: { queue: 'nobody' } }), {
        Prefer: 'wait=1',
        'Idempotency-Key': 'beyond',
      });
      return answer.status === 429 ? answer : undefined;
    });
    expect(refused).toMatchObject({ body: { code: 'too-many-requests' } });
    expect(refused.headers.get('Retry-After')).toBe('1');
    await harness.touch(waitFor);
    expect((await waiting).status).toBe(200);
    await narrow.close();
  });
});

describe('POST /v1/tasks/bulk', () => {
  it('gives every task its own outcome, in order', async () => {
    await api.submit('test.probe', { value: 'taken' }, {}, { 'Idempotency-Key': 'bulk-taken' });
    const { status, body } = await api.post('/v1/tasks/bulk', {
      tasks: [
        { type: 'test.probe', input: { value: 1 } },
        { type: 'test.probe', input: { failures: 'many' } },
        { type: 'no.such', input: {} },
        { type: 'test.probe', input: { value: 'taken' }, key: 'bulk-taken' },
        { type: 'test.probe', input: { value: 'other' }, key: 'bulk-taken' },
        { type: 'test.probe', input: {}, priority: 9 },
        'not even an object',
      ],
    });
    expect(status).toBe(200);
    expect(body.outcomes).toMatchObject([
      { status: 202, task: { state: 'queued' } },
      { status: 422, problem: { code: 'invalid-request', errors: [{ pointer: '/tasks/1/input/failures' }] } },
      { status: 422, problem: { code: 'unknown-task-type', errors: [{ pointer: '/tasks/2/type' }] } },
      { status: 200, replayed: true, task: { key: 'bulk-taken' } },
      { status: 422, problem: { code: 'key-reused' } },
      { status: 422, problem: { code: 'invalid-request', errors: [{ pointer: '/tasks/5/priority' }] } },
      { status: 422, problem: { code: 'invalid-request', errors: [{ pointer: '/tasks/6' }] } },
    ]);
  });

  it('starts 1,000 tasks at once, each one once', async () => {
    const tasks = Array.from({ length: 1000 }, (_, value) => ({
      ...submission({ value }, { policy: { queue: 'nobody' } }),
      key: `bulk-${value}`,
    }));
    const first = await api.post('/v1/tasks/bulk', { tasks });
    expect(new Set(first.body.outcomes.map((one: { status: number }) => one.status))).toEqual(new Set([202]));
    const again = await api.post('/v1/tasks/bulk', { tasks });
    const ids = ({ body }: typeof first) => body.outcomes.map((one: { task: TaskView }) => one.task.id);
    expect(ids(again)).toEqual(ids(first));
    expect(new Set(ids(first)).size).toBe(1000);
  });
});

describe('GET /v1/tasks?type=&key=', () => {
  it('finds the task of a key and submits nothing', async () => {
    const found = await api.submit('test.probe', {}, { tenant: 'acme' }, { 'Idempotency-Key': 'look me up' });
    const lookUp = '/v1/tasks?type=test.probe&key=look%20me%20up';
    expect((await api.get(`${lookUp}&tenant=acme`)).body.id).toBe(found.id);
    expect(await api.get(lookUp)).toMatchObject({ status: 404, body: { code: 'task-not-found' } });
  });
});

describe('GET /v1/tasks', () => {
  it('pages through the tasks that match, newest first, each once', async () => {
    const more = { tags: ['paged'], policy: { queue: 'nobody' } };
    const submitted: string[] = [];
    for (let value = 0; value < 5; value++) submitted.unshift((await api.submit('test.probe', { value }, more)).id);
    await until('all are listed', async () => (await api.get('/v1/tasks?tag=paged')).body.tasks.length === 5);
    const pages: string[][] = [];
    let cursor = '';
    do {
      const { body } = await api.get(`/v1/tasks?tag=paged&state=queued&limit=2${cursor && `&cursor=${cursor}`}`);
      pages.push(body.tasks.map((task: TaskView) => task.id));
      cursor = body.cursor ?? '';
    } while (cursor);
    expect(pages.flat()).toEqual(submitted);
    expect(pages[0]).toHaveLength(2);
  });

  it('filters by state, type, tenant, time and failure class', async () => {
    const before = new Date().toISOString();
    const failed = await api.post(
      '/v1/tasks',
      submission({ failures: 9, code: 'PERMANENT_VALIDATION' }, { tenant: 'lists' }),
      {
        Prefer: 'wait=30',
      },
    );
    const completed = await api.post('/v1/tasks', submission({}, { tenant: 'lists' }), { Prefer: 'wait=30' });
    const ids = async (query: string) =>
      (await api.get(`/v1/tasks?tenant=lists&${query}`)).body.tasks.map((task: TaskView) => task.id);
    await until('both are listed', async () => (await ids('state=completed,failed')).length === 2);
    expect(await ids('state=completed&state=failed&type=test.probe')).toEqual([completed.body.id, failed.body.id]);
    expect(await ids('failureClass=permanent')).toEqual([failed.body.id]);
    expect(await ids(`createdAfter=${before}&state=completed`)).toEqual([completed.body.id]);
    expect(await ids(`createdBefore=${before}`)).toEqual([]);
  });

  it('says how far it looked for a state that Visibility does not know', async () => {
    // The bulk test has left a thousand open tasks: more than one call may look at in its time.
    const first = await api.get('/v1/tasks?state=retrying&limit=1');
    expect(first.body).toMatchObject({ tasks: [], partial: true, cursor: expect.any(String) });
    expect(first.body.scanned).toBeGreaterThan(0);
    const second = await api.get(`/v1/tasks?state=retrying&limit=1&cursor=${first.body.cursor}`);
    expect(second.body.scanned).toBeGreaterThan(0);
  });
});

describe('GET /v1/tasks/{id}', () => {
  it('takes the ID encoded and bare, and answers HEAD', async () => {
    const { id } = await api.submit('test.probe', {});
    expect((await api.get(`/v1/tasks/${id}`)).body.id).toBe(id);
    expect((await api.get(`/v1/tasks/${encodeURIComponent(id)}`)).body.id).toBe(id);
    expect(await api.call('HEAD', api.task(id))).toMatchObject({ status: 200, body: '' });
  });

  it('names the one cause why a task waits', async () => {
    const { id } = await api.submit('test.probe', {}, { policy: { queue: 'nobody-home' } });
    expect((await api.get(api.task(id))).body).toMatchObject({
      state: 'queued',
      why: { cause: 'no-worker', message: 'No worker serves queue nobody-home' },
    });
  });

  it.each(['', '/timeline', '/events', '/log', '/artifacts', '/artifacts/image'])(
    'answers 404 for a task that is not there: %s',
    async (rest) => {
      const { status, headers, body } = await api.get(`${api.task('test.probe:nobody')}${rest}`);
      expect({ status, code: body.code }).toEqual({ status: 404, code: 'task-not-found' });
      expect(headers.get('Content-Type')).toContain('application/problem+json');
    },
  );

  it('shows no other workflow of the namespace', async () => {
    const options = { workflowId: 'somebody-elses', taskQueue: 'nobody' };
    await harness.temporal.workflow.start('theirs', options);
    expect((await api.get('/v1/tasks/somebody-elses')).status).toBe(404);
    expect((await api.post('/v1/tasks/somebody-elses/cancel')).status).toBe(404);
  });
});

describe('GET /v1/tasks/{id}/timeline', () => {
  it('lists the whole life in order', async () => {
    const { body } = await api.post('/v1/tasks', submission({ failures: 1 }), { Prefer: 'wait=30' });
    const timeline = await api.get(`${api.task(body.id)}/timeline`);
    expect(timeline.body.entries.map((entry: { event: string }) => entry.event)).toEqual([
      'created',
      'queued',
      'attempt-failed',
      'attempt-succeeded',
      'completed',
    ]);
  });
});
