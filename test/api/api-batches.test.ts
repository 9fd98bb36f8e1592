import type { BatchView } from '../../src/client/batches/batch-view';
import { type Answered, TestApi } from '../support/api';
import { Harness, readLedger } from '../support/harness';
import { cli } from '../support/processes/cli';
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

const probe = (input: object = {}) => ({ type: 'test.probe', input });
const url = (id: string) => `/v1/batches/${encodeURIComponent(id)}`;

function endOf(id: string): Promise<BatchView> {
  return until(`${id} has ended`, async () => {
    const { body } = await api.get(url(id));
    return body.endedAt === undefined ? undefined : (body as BatchView);
  });
}

async function report(id: string): Promise<Record<string, unknown>[]> {
  const { body } = await api.get(`${url(id)}/report`);
  return (body as string)
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
}

function pointers({ body }: Answered): string[] {
  return body.errors.map(({ pointer }: { pointer: string }) => pointer);
}

describe('POST /v1/batches', () => {
  it('starts a batch that can be read, listed and reported on', async () => {
    const order = { id: 'weekly', tasks: [probe(), { ...probe(), key: 'mine', tags: ['week'] }], limit: 5, by: 'ada' };
    const answer = await api.post('/v1/batches', order);
    expect([answer.status, answer.headers.get('Location')]).toEqual([202, '/v1/batches/batch%3Aweekly']);
    expect(answer.body).toMatchObject({ id: 'batch:weekly', total: 2, limit: 5, by: 'ada' });
    expect(await endOf('weekly')).toMatchObject({ id: 'batch:weekly', state: 'completed', completed: 2 });
    expect(await report('batch:weekly')).toEqual([
      { index: 0, id: expect.stringMatching(/^test\.probe:/), type: 'test.probe', state: 'completed' },
      { index: 1, id: expect.stringMatching(/^test\.probe:/), type: 'test.probe', key: 'mine', state: 'completed' },
    ]);
    await until('it is listed', async () => {
      const { body } = await api.get('/v1/batches?limit=200');
      return body.batches.some(({ id, completed }: BatchView) => id === 'batch:weekly' && completed === 2);
    });
    await until('its members are found by its ID', async () => {
      const { body } = await api.get('/v1/tasks?tag=batch:weekly');
      return body.tasks.length === 2;
    });
  });

  it('makes one batch of equal calls, by its ID or by a key, and refuses other tasks under either', async () => {
    const ledger = harness.file();
    const order = { tasks: [probe({ ledger })] };
    for (const [more, headers] of [
      [{ id: 'same' }, {}],
      [{}, { 'Idempotency-Key': 'same-key' }],
    ] as const) {
      const calls = await Promise.all(
        ['ada', 'bob', 'eve'].map((by) => api.post('/v1/batches', { ...order, ...more, by }, headers)),
      );
      expect(calls.map(({ status }) => status).sort()).toEqual([200, 200, 202]);
      expect(new Set(calls.map(({ body }) => body.id)).size).toBe(1);
      const replayed = calls.find(({ status }) => status === 200);
      expect(replayed?.headers.get('Idempotency-Replayed')).toBe('true');
      await endOf(calls[0]?.body.id);
      const other = await api.post('/v1/batches', { ...order, ...more, limit: 3 }, headers);
      expect(other).toMatchObject({ status: 422, body: { code: 'key-reused' } });
    }
    expect(readLedger(ledger).begun.length).toBe(2);
  });

  it('starts nothing when a member is wrong, and says which and what', async () => {
    const ledger = harness.file();
    const tasks = [
      probe({ ledger }),
      probe({ failures: 'many' }),
      { type: 'no.such', input: {} },
      { ...probe(), colour: 'red' },
      { ...probe(), key: 'twice' },
      { ...probe(), key: 'twice' },
      { ...probe(), tags: ['no spaces please'] },
    ];
    const refused = await api.post('/v1/batches', { id: 'wrong', tasks });
    expect(refused.status).toBe(422);
    expect(pointers(refused)).toEqual([
      '/tasks/1/input/failures',
      '/tasks/2/type',
      '/tasks/3/colour',
      '/tasks/5/key',
      '/tasks/6/tags/0',
    ]);
    expect((await api.get(url('wrong'))).status).toBe(404);
    expect(readLedger(ledger).begun).toEqual([]);

    const many = Array.from({ length: 500 }, () => probe({ failures: 'many' }));
    expect(pointers(await api.post('/v1/batches', { tasks: many }))).toHaveLength(20);
    const end = { tasks: [probe()], atEnd: { type: 'test.probe', input: { failures: 'many' } } };
    expect(pointers(await api.post('/v1/batches', end))).toEqual(['/atEnd/input/failures']);
  });

  it.each([
    ['neither tasks nor members', {}, '/tasks'],
    ['both', { tasks: [], members: `sha256:${'0'.repeat(64)}` }, '/members'],
    ['no tasks', { tasks: [] }, '/tasks'],
    ['a limit beyond the highest', { tasks: [probe()], limit: 501 }, '/limit'],
    ['an ID with a colon', { id: 'a:b', tasks: [probe()] }, '/id'],
    ['a file that is not there', { members: `sha256:${'0'.repeat(64)}` }, '/members'],
  ])('refuses %s', async (_, order, pointer) => {
    const answer = await api.post('/v1/batches', order);
    expect([answer.status, pointers(answer)]).toEqual([422, [pointer]]);
  });

  it('takes its members from an uploaded file, one a line', async () => {
    const lines = (list: unknown[]) =>
      list.map((one) => (typeof one === 'string' ? one : JSON.stringify(one))).join('\n');
    const upload = async (text: string) => (await api.call('POST', '/v1/files', { raw: text })).body.hash as string;
    const members = await upload(`${lines([probe({ value: 1 }), '', probe({ value: 2 })])}\r\n\n`);
    const answer = await api.post('/v1/batches', { members });
    expect([answer.status, answer.body.total]).toEqual([202, 2]);
    expect(await endOf(answer.body.id)).toMatchObject({ completed: 2 });

    const broken = await api.post('/v1/batches', { members: await upload(lines([probe(), '', '{"type"'])) });
    expect(broken.body.errors).toEqual([{ pointer: '/members/1', detail: expect.stringContaining('line 3') }]);
    const wrong = await api.post('/v1/batches', { members: await upload(lines([probe(), probe({ failures: 'x' })])) });
    expect(pointers(wrong)).toEqual(['/members/1/input/failures']);
  });

  it('hands large inputs over by reference', async () => {
    const value = 'x'.repeat(200_000);
    const { body } = await api.post('/v1/batches', { tasks: [probe({ value }), probe({ value: 'small' })] });
    await endOf(body.id);
    const [large] = await report(body.id);
    expect((await api.get(`/v1/tasks/${encodeURIComponent(String(large?.id))}`)).body.result.value).toBe(value);
  });

  it('cancels, once', async () => {
    const tasks = [probe({ waitFor: harness.file() }), probe()];
    const { body } = await api.post('/v1/batches', { tasks, limit: 1 });
    await until('one is at work', async () => (await api.get(url(body.id))).body.running === 1);
    expect((await api.post(`${url(body.id)}/cancel`, { reason: 'enough' })).status).toBe(202);
    expect(await endOf(body.id)).toMatchObject({ state: 'cancelled', cancelled: 1, waiting: 1 });
    expect(await api.post(`${url(body.id)}/cancel`)).toMatchObject({ status: 409, body: { code: 'state-conflict' } });
    expect(await api.post(`${url('nobody')}/cancel`)).toMatchObject({ status: 404, body: { code: 'not-found' } });
  });
});

it('the command line submits, shows, lists and cancels batches', async () => {
  const members = [probe(), probe({ waitFor: harness.file() })].map((one) => JSON.stringify(one)).join('\n');
  const args = ['batches', 'submit', '--members', '-', '--id', 'typed', '--limit', '1'];
  expect(await cli(harness, args, { input: members })).toMatchObject({ code: 0, stdout: 'batch:typed\n' });
  expect((await cli(harness, args, { input: members })).stderr).toContain('It is there already');
  const wrong = await cli(harness, args, { input: '{"type"' });
  expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('--members: line 1 is not JSON')]);
  await until('the second is at work', async () => {
    const { completed, running } = await harness.tasks.batches.read('typed');
    return completed === 1 && running === 1;
  });
  const shown = await cli(harness, ['batches', 'show', 'typed', '--members']);
  expect(
    shown.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).state),
  ).toEqual(['completed', 'open']);
  expect((await cli(harness, ['batches', 'cancel', 'typed'])).stdout).toContain('Sent cancel to batch:typed.');
  await endOf('typed');
  expect((await cli(harness, ['batches', 'show', 'typed'])).stdout).toContain('Completed 1, Failed 0, Cancelled 1');
  await until('it is listed', async () => (await cli(harness, ['batches'])).stdout.includes('batch:typed'));
});
