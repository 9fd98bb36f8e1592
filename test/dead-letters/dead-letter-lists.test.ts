import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { parkedLongest } from '../../src/client/dead-letters/dead-letter-oldest';
import type { DeadLetterPage, DeadLetterRecord } from '../../src/client/dead-letters/dead-letters';
import { visibilityQuery } from '../../src/client/list/list-query';
import { Gateway } from '../../src/client/temporal/gateway';
import { TestApi } from '../support/api';
import { parkedTask, plantDeadLetter } from '../support/dead-letters';
import { Harness } from '../support/harness';
import { until } from '../support/until';

const run = promisify(execFile);
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

/** Lists lag by a moment, and counts are kept for some seconds. */
function listed(query: string, ready: (page: DeadLetterPage) => boolean): Promise<DeadLetterPage> {
  return until(`the list of ${query} is as expected`, async () => {
    const { body } = await api.get(`/v1/dead-letters?${query}`);
    return ready(body) ? (body as DeadLetterPage) : undefined;
  });
}

async function idsOf(query: string, count: number): Promise<string[]> {
  const { deadLetters } = await listed(query, (page) => page.deadLetters.length === count);
  return deadLetters.map(({ id }) => id).sort();
}

async function abandonedTask(more: object = {}): Promise<string> {
  const input = { failures: 9, code: 'PERMANENT_NOT_FOUND' };
  const { task } = await harness.tasks.submit({ type: 'test.parked', input, ...more });
  await harness.reaches(task.id, 'failed');
  return task.id;
}

describe('GET /v1/dead-letters', () => {
  it('shows of each parked task what went wrong, how often it was tried, and what comes next', async () => {
    const { id, runId } = await parkedTask(
      harness,
      { code: 'TRANSIENT_DATABASE' },
      { tags: ['one-row'], tenant: 'acme' },
    );
    const { deadLetters } = await listed('tag=one-row', (page) => page.deadLetters.length === 1);
    expect(deadLetters[0]).toEqual({
      ...{ id, runId, type: 'test.parked', state: 'dead-lettered', class: 'transient', code: 'TRANSIENT_DATABASE' },
      ...{ message: 'probe failed in attempt 1', error: 'TaskFailure', attempts: 1, redrives: 0, maxRedrives: 1 },
      ...{ parking: 1, queue: 'default', category: 'default', tenant: 'acme', tags: ['one-row'] },
      fingerprint: expect.stringMatching(/^[0-9a-f]{16}$/),
      firstFailedAt: expect.any(String),
      lastFailedAt: expect.any(String),
      nextRedriveAt: expect.any(String),
      since: expect.any(String),
      ageSeconds: expect.any(Number),
    });
  });

  it('filters by class, code, fingerprint, type, tenant and time', async () => {
    const tags = ['filtered'];
    const [network, config] = await Promise.all([
      parkedTask(harness, { code: 'TRANSIENT_NETWORK' }, { tags, tenant: 'a' }),
      parkedTask(harness, { code: 'CONFIG_MISSING_SETTING' }, { tags, tenant: 'b' }),
    ]);
    expect(await idsOf('tag=filtered', 2)).toEqual([network.id, config.id].sort());
    const now = encodeURIComponent(new Date().toISOString());
    for (const filter of [
      'failureClass=configuration',
      'failureCode=CONFIG_MISSING_SETTING',
      `fingerprint=${config.parking?.fingerprint}`,
      'tenant=b&type=test.parked&category=default',
      `tenant=b&createdBefore=${now}`,
    ]) {
      expect({ filter, ids: await idsOf(`tag=filtered&${filter}`, 1) }).toEqual({ filter, ids: [config.id] });
    }
    await idsOf('tag=filtered&type=test.probe', 0);
    await idsOf(`tag=filtered&createdAfter=${now}`, 0);
  });

  it('counts all that match by class, code and fingerprint, on the first page only', async () => {
    const trouble = { class: 'external', code: 'EXTERNAL_API_DOWN', fingerprint: 'f'.repeat(16) } as const;
    const since = new Date(Date.now() - 7200_000).toISOString();
    const planted = [
      await plantDeadLetter(harness, 'counted', { ...trouble, message: 'shop is down, api_key=abc123xyz', since }),
      await plantDeadLetter(harness, 'counted', { ...trouble, message: 'shop is down' }),
      await plantDeadLetter(harness, 'counted', {}),
    ];
    const page = await listed('tag=counted&limit=1', ({ counts }) => counts?.total === 3);
    expect(page.counts).toMatchObject({
      total: 3,
      exact: true,
      byClass: { external: 2, transient: 1 },
      byCode: { EXTERNAL_API_DOWN: 2, TRANSIENT_NETWORK: 1 },
    });
    expect(page.counts?.byFingerprint).toEqual([
      {
        ...{ type: 'test.parked', ...trouble, count: 2 },
        message: expect.stringMatching(/^shop is down(, api_key=\[REDACTED\])?$/),
        example: expect.stringMatching(/^test\.parked:/),
      },
      expect.objectContaining({ count: 1, code: 'TRANSIENT_NETWORK' }),
    ]);
    expect(page.counts?.oldestSeconds).toBeGreaterThanOrEqual(7200);
    expect(page.counts?.oldestSeconds).toBeLessThan(7300);
    expect(page.counts?.ageSeconds).toBeLessThan(10);

    const seen = page.deadLetters.map(({ id }) => id);
    for (let { cursor } = page; cursor; ) {
      const { body } = await api.get(`/v1/dead-letters?tag=counted&limit=1&cursor=${encodeURIComponent(cursor)}`);
      expect(body.counts).toBeUndefined();
      seen.push(...(body as DeadLetterPage).deadLetters.map(({ id }) => id));
      cursor = body.cursor;
    }
    expect(seen.sort()).toEqual(planted.sort());
  });

  it('finds the one that waits longest among many by looking at a few', async () => {
    const since = (hours: number) => new Date(Date.now() - hours * 3600_000).toISOString();
    const oldest = since(9);
    await plantDeadLetter(harness, 'aged', { since: oldest });
    for (let hours = 7; hours > 0; hours--) await plantDeadLetter(harness, 'aged', { since: since(hours) });
    await listed('tag=aged', (page) => page.deadLetters.length === 8);
    const gateway = new Gateway(harness.temporal, 10);
    const query = visibilityQuery({ state: ['dead-lettered'], tag: 'aged' });
    expect(await parkedLongest(gateway, query, 8, 2)).toBe(oldest);
  });

  it('shows those that were given up apart', async () => {
    const id = await abandonedTask({ tags: ['given-up'] });
    expect(await idsOf('tag=given-up&state=abandoned', 1)).toEqual([id]);
    const { deadLetters } = await listed('tag=given-up&state=abandoned', () => true);
    expect(deadLetters[0]).toMatchObject({
      state: 'abandoned',
      class: 'permanent',
      code: 'PERMANENT_NOT_FOUND',
      message: 'probe failed in attempt 1',
      attempts: 1,
    });
    await idsOf('tag=given-up', 0);
  });

  it.each([
    ['state=failed', 'state'],
    ['failureClass=bad', 'failureClass'],
    ['limit=0', 'limit'],
    ['createdAfter=yesterday', 'createdAfter'],
    ['colour=red', 'colour'],
  ])('refuses %s, and says which parameter is wrong', async (query, parameter) => {
    const { status, body } = await api.get(`/v1/dead-letters?${query}`);
    expect({ status, errors: body.errors }).toMatchObject({ status: 400, errors: [{ parameter }] });
  });
});

describe('GET /v1/dead-letters/{id}', () => {
  const recordOf = async (id: string) =>
    (await api.get(`/v1/dead-letters/${encodeURIComponent(id)}`)).body as DeadLetterRecord;

  it('has all that a person needs, without the secrets (S3-17)', async () => {
    const secrets = { password: 'hunter2', nested: [{ api_key: 'k-123', name: 'left alone' }] };
    const { id } = await parkedTask(harness, { value: secrets, code: 'CONFIG_MISSING_SETTING' });
    const record = await recordOf(id);
    expect(record).toMatchObject({
      ...{ id, code: 'CONFIG_MISSING_SETTING', error: 'TaskFailure', action: 'FIX_CONFIG' },
      input: { value: { password: '[REDACTED]', nested: [{ api_key: '[REDACTED]', name: 'left alone' }] } },
      failures: [{ attempt: 1, error: 'TaskFailure' }],
      advice: expect.stringContaining('setting'),
    });
    expect(record.stack).toMatch(/probe failed in attempt 1\n\s+at .*probe-tasks/);
    expect(JSON.stringify(record)).not.toMatch(/hunter2|k-123/);
  });

  it('shows the input that failed last, which a person may have corrected', async () => {
    const { id } = await parkedTask(harness, { value: 'as submitted' });
    await harness.tasks.act(id, 'retry', { input: { failures: 99, value: 'as corrected' } });
    await until('it is parked again', async () => (await harness.tasks.read(id)).parking?.number === 2);
    expect(await recordOf(id)).toMatchObject({ parking: 2, input: { value: 'as corrected' } });
  });

  it('names commands that work as they stand, by HTTP and by the stock temporal command', async () => {
    const [first, second] = await Promise.all([parkedTask(harness), parkedTask(harness)]);
    const typed = async (command = '') => run('sh', ['-c', command]);
    const [retry] = (await recordOf(first.id)).commands;
    await typed(retry?.http);
    expect(await harness.tasks.wait(first.id, 30)).toMatchObject({ state: 'completed' });

    const [again] = (await recordOf(second.id)).commands;
    const cli = `${process.env.TEMPORAL_CLI_PATH ?? 'temporal'} --address ${harness.server.address}`;
    await typed(again?.temporal?.replace(/^temporal/, cli));
    expect(await harness.tasks.wait(second.id, 30)).toMatchObject({ state: 'completed' });
  });

  it('serves a task that was given up, which takes no signals any more', async () => {
    const record = await recordOf(await abandonedTask());
    expect(record).toMatchObject({ state: 'abandoned', error: 'TaskFailure', input: { code: 'PERMANENT_NOT_FOUND' } });
    expect(record.commands.map(({ temporal }) => temporal)).toEqual([undefined, undefined]);
  });

  it('is 404 for a task that is no dead letter, and for none (S3-12)', async () => {
    const { id } = await api.submit('test.probe', {}, {}, { Prefer: 'wait=30' });
    expect(await api.get(`/v1/dead-letters/${encodeURIComponent(id)}`)).toMatchObject({
      status: 404,
      body: { code: 'not-found', detail: expect.stringContaining('it is completed') },
    });
    expect(await api.get('/v1/dead-letters/test.parked:nobody')).toMatchObject({
      status: 404,
      body: { code: 'task-not-found' },
    });
  });
});
