import type { DeadLetterStats } from '../../src/client/dead-letters/dead-letter-stats';
import { TestApi } from '../support/api';
import { parkedTask } from '../support/dead-letters';
import { Harness } from '../support/harness';
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

const submit = async (type: string, input: object, more: object = {}) =>
  (await harness.tasks.submit({ type, input, ...more })).task.id;

describe('GET /v1/dead-letters/stats', () => {
  it('S3-16: counts the failures of a window by class, and what became of them', async () => {
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
