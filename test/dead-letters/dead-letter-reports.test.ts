import type { DeadLetterStats } from '../../src/client/dead-letters/dead-letter-stats';
import { TestApi } from '../support/api';
import { parkedTask, plantDeadLetter } from '../support/dead-letters';
import { Harness } from '../support/harness';
import { until } from '../support/until';

const HEAD =
  'Task Name,Status,Failure Type,Retry Count,First Failed,Exception Type,Exception Message,Task ID,Failure Code,Fingerprint,Next Redrive';

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

const submit = async (type: string, input: object, more: object = {}) =>
  (await harness.tasks.submit({ type, input, ...more })).task.id;

// Before others: it counts all that there is.
describe('GET /v1/dead-letters/stats', () => {
  it('counts the failures of a window by class, and what became of them', async () => {
    const healed = [
      await submit('test.probe', { failures: 1, code: 'TRANSIENT_NETWORK' }),
      await submit(
        'test.parked',
        { failures: 1, code: 'TRANSIENT_DATABASE' },
        { policy: { redrives: { transient: [0.2] } } },
      ),
      await submit('test.probe', {}),
    ];
    const [, helped] = await Promise.all([
      parkedTask(harness, { code: 'EXTERNAL_API_DOWN' }),
      parkedTask(harness, { code: 'EXTERNAL_API_ERROR' }),
    ]);
    await harness.tasks.act(helped.id, 'retry', { by: 'ada' });
    const lost = [
      await submit('test.parked', { failures: 9, code: 'PERMANENT_VALIDATION' }),
      await submit('test.parked', { failures: 9, code: 'PERMANENT_LOGIC' }),
    ];
    for (const id of [...healed, helped.id]) await harness.reaches(id, 'completed');
    for (const id of lost) await harness.reaches(id, 'failed');

    const stats = await until('all of it is counted', async () => {
      const { body } = await api.get('/v1/dead-letters/stats?hours=24&byType=true');
      return body.failures === 6 && body.pending === 1 ? (body as DeadLetterStats) : undefined;
    });
    expect(stats).toEqual({
      hours: 24,
      ...{ failures: 6, recovered: 2, recoveredByHand: 1, abandoned: 2, cancelled: 0, pending: 1 },
      recoveryRate: 2 / 5,
      byClass: { transient: 2, external: 2, permanent: 2, configuration: 0, unknown: 0 },
      byType: {
        'test.probe': {
          ...{ failures: 1, recovered: 1, recoveredByHand: 0, abandoned: 0, cancelled: 0, pending: 0 },
          recoveryRate: 1,
        },
        'test.parked': {
          ...{ failures: 5, recovered: 1, recoveredByHand: 1, abandoned: 2, cancelled: 0, pending: 1 },
          recoveryRate: 0.25,
        },
      },
      takenAt: expect.any(String),
      ageSeconds: expect.any(Number),
    });
  });

  it('are counted once for many readers', async () => {
    const read = async () => (await api.get('/v1/dead-letters/stats?hours=3')).body.takenAt as string;
    expect(new Set(await Promise.all([read(), read(), read()])).size).toBe(1);
  });

  it.each(['0', '721', 'many'])('refuse a window of %s hours', async (hours) => {
    expect(await api.get(`/v1/dead-letters/stats?hours=${hours}`)).toMatchObject({
      status: 400,
      body: { errors: [{ parameter: 'hours' }] },
    });
  });
});

/** The export once it has so many rows; lists lag by a moment. */
function exported(query: string, rows: number): Promise<string[]> {
  return until(`the export has ${rows} rows`, async () => {
    const { status, body } = await api.get(`/v1/dead-letters.csv?${query}`);
    const lines = (body as string).split('\r\n').slice(0, -1);
    return status === 200 && lines.length === rows + 1 ? lines : undefined;
  });
}

describe('GET /v1/dead-letters.csv', () => {
  it('is a download with the columns of the seed first, one row a dead letter', async () => {
    const { id, parking } = await parkedTask(harness, { code: 'TRANSIENT_NETWORK' }, { tags: ['columns'] });
    const [head, row] = await exported('tag=columns', 1);
    expect(head).toBe(HEAD);
    const failed = parking?.firstFailedAt;
    expect(row).toBe(
      `test.parked,dead-lettered,transient,0/1,${failed},TaskFailure,probe failed in attempt 1,${id},TRANSIENT_NETWORK,${parking?.fingerprint},${parking?.nextRedriveAt}`,
    );
    const { headers } = await api.get('/v1/dead-letters.csv?tag=columns');
    expect(headers.get('Content-Disposition')).toBe('attachment; filename=dlq_export.csv');
    expect(headers.get('Content-Type')).toBe('text/csv; charset=utf-8');
  });

  it.each([
    ['=HYPERLINK("http://evil")', `"'=HYPERLINK(""http://evil"")"`],
    ['+1+1', "'+1+1"],
    ['-2+3', "'-2+3"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['\t=1', "'=1"],
    ['\r\n =1', "'=1"],
  ])('makes no formula of the message %j', async (message, cell) => {
    const tag = `formula-${message.charCodeAt(0)}`;
    await plantDeadLetter(harness, tag, { message });
    const [, row] = await exported(`tag=${tag}`, 1);
    expect(row).toContain(`,${cell},`);
  });

  it('shows a hundred characters of a message, and no secret', async () => {
    await plantDeadLetter(harness, 'secrets', { message: `login failed, password=hunter2 ${'x'.repeat(200)}` });
    const [, row] = await exported('tag=secrets', 1);
    expect(row).toMatch(/,"login failed, password=\[REDACTED\] x+",/);
    expect(row).not.toContain('hunter2');
    expect(/"(login[^"]*)"/.exec(row ?? '')?.[1]).toHaveLength(100);
  });

  it('holds those that were given up when asked for them', async () => {
    const input = { failures: 9, code: 'PERMANENT_VALIDATION' };
    const { task } = await harness.tasks.submit({ type: 'test.parked', input, tags: ['abandoned'] });
    await harness.reaches(task.id, 'failed');
    const [, row] = await exported('tag=abandoned&state=abandoned', 1);
    expect(row).toMatch(/^test\.parked,abandoned,permanent,,.*,TaskFailure,probe failed in attempt 1,/);
  });

  it('is the head line alone when nothing matches, and answers HEAD', async () => {
    expect(await exported('tag=nothing', 0)).toEqual([HEAD]);
    expect(await api.call('HEAD', '/v1/dead-letters.csv')).toMatchObject({ status: 200, body: '' });
  });

  it('refuses a filter that it does not know', async () => {
    expect(await api.get('/v1/dead-letters.csv?limit=5')).toMatchObject({
      status: 400,
      body: { errors: [{ parameter: 'limit' }] },
    });
  });
});
