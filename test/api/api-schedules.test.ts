import { MONITOR_ID } from '../../src/protocol/monitor';
import { type Answered, TestApi } from '../support/api';
import { Harness } from '../support/harness';
import { until } from '../support/until';

const HOUR = 3600;

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

const order = (id: string, more: object = {}) => ({ id, type: 'test.probe', input: {}, cron: '5 4 * * *', ...more });
const create = (id: string, more: object = {}) => api.post('/v1/schedules', order(id, more));
const change = (id: string, json: object) => api.call('PATCH', `/v1/schedules/${id}`, { json });

function pointersOf({ body }: Answered): string[] {
  return body.errors?.map(({ pointer }: { pointer: string }) => pointer);
}

describe('creating', () => {
  it('creates a schedule once, and says what it is', async () => {
    const more = { timeZone: 'Asia/Kolkata', overlap: 'buffer-one', tags: ['a'], tenant: 'acme', priority: 2 };
    const created = await create('once', more);
    expect(created).toMatchObject({
      status: 201,
      body: { ...order('once', more), catchUpWindow: HOUR, paused: false },
    });
    expect(created.headers.get('Location')).toBe('/v1/schedules/once');
    // 04:05 in India.
    expect(created.body.nextRuns.map((time: string) => time.slice(11, 16))).toEqual(Array(10).fill('22:35'));
    const again = await create('once', more);
    expect(again).toMatchObject({ status: 200, body: { id: 'once', createdAt: created.body.createdAt } });
    expect(again.headers.get('Idempotency-Replayed')).toBe('true');
  });

  it('refuses another definition under the same ID, and says what differs', async () => {
    await create('taken');
    const other = await create('taken', { cron: '6 4 * * *', input: { value: 1 } });
    expect(other).toMatchObject({ status: 409, body: { code: 'already-exists' } });
    expect(other.body.detail).toMatch(/input.*cron|cron.*input/);
  });

  it('takes a true interval, with its offset', async () => {
    const { body } = await create('mailer', { cron: undefined, every: 27 * 60, offset: 60 });
    const times = body.nextRuns.map((time: string) => Date.parse(time) / 1000);
    expect(times.every((time: number) => time % (27 * 60) === 60)).toBe(true);
    expect(body).toMatchObject({ every: 1620, offset: 60, catchUpWindow: 1620 });
  });

  it('keeps its default catch-up window within the time between two fires', async () => {
    for (const [cron, seconds] of [
      ['*/27 * * * *', 6 * 60],
      ['5,20,35,50 * * * *', 15 * 60],
      ['@hourly', HOUR],
      ['0,50 3 * * *', 50 * 60],
    ]) {
      const id = `window-${seconds}`;
      expect(await create(id, { cron, paused: true })).toMatchObject({ status: 201, body: { catchUpWindow: seconds } });
    }
  });

  it('fires where both the day and the weekday fit', async () => {
    const { body } = await create('friday', { cron: '0 0 13 * FRI' });
    const dates = body.nextRuns.map((time: string) => new Date(time));
    expect(dates.length).toBeGreaterThan(0);
    expect(dates.every((date: Date) => date.getUTCDate() === 13 && date.getUTCDay() === 5)).toBe(true);
  });

  it.each([
    ['an unknown type', { type: 'no.such' }, '/type'],
    ['an input that the contract refuses', { input: { failures: 'many' } }, '/input/failures'],
    ['an input that is too large', { input: { value: 'x'.repeat(140_000) } }, '/input'],
    ['no times', { cron: undefined }, '/cron'],
    ['two kinds of times', { every: 60 }, '/every'],
    ['a minute that there is not', { cron: '61 * * * *' }, '/cron'],
    ['a cron expression with seconds', { cron: '0 0 4 * * *' }, '/cron'],
    ['a time zone in the expression', { cron: 'TZ=UTC 5 4 * * *' }, '/cron'],
    ['@every', { cron: '@every 27m' }, '/cron'],
    ['an unknown time zone', { timeZone: 'Mars/Base' }, '/timeZone'],
    ['a time zone of an interval', { cron: undefined, every: 60, timeZone: 'UTC' }, '/timeZone'],
    ['an offset as long as the interval', { cron: undefined, every: 60, offset: 60 }, '/offset'],
    ['a catch-up window that the server does not keep', { catchUpWindow: 9 }, '/catchUpWindow'],
    ['an end before the beginning', { from: '2030-01-02T00:00:00Z', until: '2030-01-01T00:00:00Z' }, '/until'],
    ['an overlap policy that there is not', { overlap: 'sometimes' }, '/overlap'],
    ['an ID with other characters', { id: 'Nightly!' }, '/id'],
    ['the ID of the monitor', { id: MONITOR_ID }, '/id'],
    ['a policy that does not fit', { policy: { attempts: 0 } }, '/policy/attempts'],
    ['a tag that is none', { tags: ['two words'] }, '/tags/0'],
    ['a field that is not known', { croon: '* * * * *' }, '/croon'],
  ])('refuses %s, with a pointer to it', async (_what, more, pointer) => {
    const refused = await create('refused', more);
    expect([413, 422]).toContain(refused.status);
    expect(pointersOf(refused)).toContain(pointer);
    expect((await api.get('/v1/schedules/refused')).status).toBe(404);
  });
});

describe('changing', () => {
  it('changes what is named, and keeps the rest', async () => {
    const { body: before } = await create('changing', { tags: ['a'], jitter: 60, timeZone: 'Europe/Berlin' });
    const { status, body } = await change('changing', { cron: '*/10 * * * *', input: { value: 7 }, jitter: null });
    expect(status).toBe(200);
    const { jitter: _gone, updatedAt: _at, nextRuns: _other, ...kept } = before;
    expect(body).toMatchObject({ ...kept, cron: '*/10 * * * *', input: { value: 7 }, catchUpWindow: 600 });
    expect(body).not.toHaveProperty('jitter');
    const { body: interval } = await change('changing', { every: 1200 });
    expect(interval).toMatchObject({ every: 1200, tags: ['a'], input: { value: 7 } });
    expect(interval).not.toHaveProperty('timeZone');
    const task = await trigger('changing');
    expect(await harness.reaches(task, 'completed')).toMatchObject({ result: { value: 7 } });
  });

  it('finds a schedule as it was made, also from a part of a second long before 1970', async () => {
    const more = { from: '1684-03-13T14:38:49.916+05:53', until: '9999-12-31T23:59:59.999Z' };
    const from = '1684-03-13T08:45:49.000Z';
    for (const status of [201, 200]) expect(await create('of-old', more)).toMatchObject({ status, body: { from } });
    for (const tags of [null, ['a']]) {
      expect(await change('of-old', { tags })).toMatchObject({
        status: 200,
        body: { ...more, from, tags: tags ?? [] },
      });
    }
  });

  it('keeps both of two changes that come together', async () => {
    await create('both');
    await Promise.all([change('both', { jitter: 30 }), change('both', { tags: ['b'] }), change('both', { note: 'n' })]);
    expect((await api.get('/v1/schedules/both')).body).toMatchObject({ jitter: 30, tags: ['b'], note: 'n' });
  });

  it('checks the whole once more', async () => {
    await create('checked');
    expect(pointersOf(await change('checked', { input: { failures: 'x' } }))).toEqual(['/input/failures']);
    expect(pointersOf(await change('checked', { timeZone: 'Mars/Base' }))).toEqual(['/timeZone']);
    expect(pointersOf(await change('checked', { cron: null }))).toContain('/cron');
    expect(pointersOf(await change('checked', { type: 'test.once' }))).toEqual(['/type']);
    expect(await change('nobody', { jitter: 1 })).toMatchObject({ status: 404, body: { code: 'not-found' } });
  });

  it('pauses and resumes with a note, and deletes', async () => {
    await create('resting');
    const tell = (what: string, json?: object) => api.post(`/v1/schedules/resting/${what}`, json);
    expect(await tell('pause', { note: 'deploy' })).toMatchObject({
      status: 200,
      body: { paused: true, note: 'deploy' },
    });
    expect(await tell('resume')).toMatchObject({ status: 200, body: { paused: false } });
    expect((await api.call('DELETE', '/v1/schedules/resting')).status).toBe(204);
    for (const method of ['GET', 'DELETE']) {
      expect(await api.call(method, '/v1/schedules/resting')).toMatchObject({ status: 404 });
    }
    const other = await api.call('PUT', '/v1/schedules/resting', { json: {} });
    expect([other.status, other.headers.get('Allow')]).toEqual([405, 'GET, HEAD, PATCH, DELETE']);
  });
});

describe('the list', () => {
  it("has every schedule once, page by page, and no other program's", async () => {
    await harness.temporal.schedule.create({
      scheduleId: MONITOR_ID,
      spec: { intervals: [{ every: '1 day' }] },
      action: { type: 'startWorkflow', workflowType: 'other', taskQueue: 'other' },
    });
    for (const id of ['l1', 'l2', 'l3']) await create(id);
    const ids: string[] = await until('all are listed', async () => {
      const found: string[] = [];
      let cursor = '';
      do {
        const { body } = await api.get(`/v1/schedules?limit=2${cursor && `&cursor=${cursor}`}`);
        found.push(...body.schedules.map(({ id }: { id: string }) => id));
        cursor = body.cursor ?? '';
      } while (cursor);
      return ['l1', 'l2', 'l3'].every((id) => found.includes(id)) ? found : undefined;
    });
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).not.toContain(MONITOR_ID);
    expect((await api.get(`/v1/schedules/${MONITOR_ID}`)).status).toBe(404);
    expect((await api.call('DELETE', `/v1/schedules/${MONITOR_ID}`)).status).toBe(404);
    expect((await api.get('/v1/schedules?cursor=x')).status).toBe(400);
  });
});

describe('by hand', () => {
  it('triggers, and makes up for what was missed, each time once', async () => {
    await create('by-hand', { cron: '0 * * * *', paused: true });
    const { status, headers, body } = await api.post('/v1/schedules/by-hand/trigger');
    expect({ status, started: body.started }).toEqual({ status: 202, started: true });
    await harness.reaches(body.taskId, 'completed');
    expect((await api.get(headers.get('Location') ?? '')).body).toMatchObject({ id: body.taskId });
    const at = (hours: number) => new Date(Date.now() - hours * HOUR * 1000).toISOString();
    const range = { from: at(6), to: at(1) };
    const backfill = () => api.post('/v1/schedules/by-hand/backfill', range);
    expect(await backfill()).toMatchObject({ status: 202, body: { times: 5, existing: 0 } });
    expect(await backfill()).toMatchObject({ status: 202, body: { times: 5, existing: 5, taskIds: [] } });
    const wrong = await api.post('/v1/schedules/by-hand/backfill', { from: at(1), to: at(6) });
    expect(pointersOf(wrong)).toEqual(['/to']);
  });
});

describe('the check', () => {
  it('finds overlaps, hot spots, schedules that never fire, long windows and pauses, with numbers', async () => {
    const waitFor = harness.file();
    await create('slow', { cron: undefined, every: 2, input: { waitFor } });
    await create('held', { type: 'test.parked', cron: undefined, every: 2, input: { failures: 99 } });
    for (const id of ['hot-a', 'hot-b', 'hot-c']) await create(id, { cron: '30 6 * * *' });
    await create('never', { cron: undefined, every: 24 * HOUR, until: new Date(Date.now() + 2000).toISOString() });
    await create('burst', { cron: '2-59/5 * * * *', catchUpWindow: HOUR });
    await create('asleep', { paused: true, note: 'holiday' });
    const found = await until('it finds them', async () => {
      const { body } = await api.get('/v1/schedules/check');
      const kinds = new Set(body.findings.map(({ kind }: { kind: string }) => kind));
      return kinds.size === 7 && of(body, 'runs-missed', 'slow') && of(body, 'runs-overlap', 'slow') && body;
    });
    expect(of(found, 'held-up', 'held').message).toMatch(/its run test\.parked:held-\S+ is dead-lettered, .*skip/);
    expect(of(found, 'runs-overlap', 'slow').message).toMatch(/every 2 s.*1 of its last 1 runs.*skip/);
    // Near that time, those that fire every two seconds are named too.
    expect(of(found, 'hot-spot', 'hot-a').message).toMatch(/T06:30:00\.000Z: .*hot-a, hot-b, hot-c/);
    expect(of(found, 'catch-up-too-long', 'burst').message).toContain('12 fires at once');
    expect(of(found, 'never-fires', 'never').todo).toBe('Change or delete it.');
    expect(of(found, 'paused', 'asleep').message).toBe('asleep is paused: holiday.');
    expect(of(found, 'runs-missed', 'slow').message).toContain('came while an earlier run was open');
    for (const id of ['slow', 'held']) await api.call('DELETE', `/v1/schedules/${id}`);
    await harness.touch(waitFor);
  });
});

async function trigger(id: string): Promise<string> {
  return (await api.post(`/v1/schedules/${id}/trigger`)).body.taskId;
}

// biome-ignore lint/suspicious/noExplicitAny: the answer is read as it came.
function of(report: any, kind: string, id: string): { message: string; todo: string } {
  return report.findings.find(
    (finding: { kind: string; schedules: string[] }) => finding.kind === kind && finding.schedules.includes(id),
  );
}
