import { TestApi } from '../support/api';
import { parkedTask } from '../support/dead-letters';
import { Harness } from '../support/harness';
import { until } from '../support/until';
import { bulkUrl, endOfBulk, readBulk, reportOf, runBulk, startBulk, untilMatched } from './bulk';

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

const GOOD = { action: 'retry', ids: ['test.probe:1'], reason: 'x' };

describe('a bulk action that makes no sense', () => {
  it.each<[string, object, string]>([
    ['an unknown action', { ...GOOD, action: 'explode' }, '/action'],
    ['an unknown field', { ...GOOD, colour: 'red' }, '/colour'],
    ['neither ids nor filter', { action: 'retry', reason: 'x' }, '/filter'],
    ['both ids and filter', { ...GOOD, filter: { tag: 'x' } }, '/ids'],
    ['a filter without a condition', { action: 'retry', reason: 'x', filter: {} }, '/filter'],
    ['an unknown condition', { action: 'retry', reason: 'x', filter: { color: 'x' } }, '/filter/color'],
    ['an unknown state', { action: 'retry', reason: 'x', filter: { state: ['lost'] } }, '/filter/state/0'],
    ['no task at all', { ...GOOD, ids: [] }, '/ids'],
    ['no reason', { ...GOOD, reason: undefined }, '/reason'],
    ['a blank reason', { ...GOOD, reason: '  ' }, '/reason'],
    ['no result to resolve with', { ...GOOD, action: 'resolve' }, '/result'],
    ['an input for abandon', { ...GOOD, action: 'abandon', input: {} }, '/input'],
    ['a time for cancel', { ...GOOD, action: 'cancel', at: '2030-01-01T00:00:00Z' }, '/at'],
    ['a time without its zone', { ...GOOD, at: '2030-01-01T00:00:00' }, '/at'],
    ['a rate of nothing', { ...GOOD, rate: 0 }, '/rate'],
    ['a rate beyond the highest', { ...GOOD, rate: 501 }, '/rate'],
    ['a canary of something else than retry', { ...GOOD, action: 'cancel', canary: true }, '/canary'],
    ['a canary of a later time', { ...GOOD, at: '2030-01-01T00:00:00Z', canary: true }, '/canary'],
  ])('is refused with a pointer to the fault: %s', async (_name, order, pointer) => {
    const { status, body } = await api.post('/v1/bulk-actions', order);
    expect({ status, pointers: body.errors?.map((one: { pointer: string }) => one.pointer) }).toEqual({
      status: 422,
      pointers: [pointer],
    });
  });

  it('is refused in a dry run too', async () => {
    const { status } = await api.post('/v1/bulk-actions', { action: 'retry', filter: {}, dryRun: true });
    expect(status).toBe(422);
  });

  it('cannot be talked into another query', async () => {
    const filter = { tag: "x' OR WorkflowType = 'test.probe" };
    const { body } = await api.post('/v1/bulk-actions', { action: 'cancel', filter, dryRun: true });
    expect(body.count).toBe(0);
  });

  it('is not there when nobody started it, and a task is none', async () => {
    const { id } = await api.submit('test.probe', {}, {}, { Prefer: 'wait=30' });
    for (const address of ['bulk-action:none', id]) {
      for (const path of [bulkUrl(address), `${bulkUrl(address)}/report`]) {
        expect(await api.get(path)).toMatchObject({ status: 404, body: { code: 'not-found' } });
      }
      expect((await api.post(`${bulkUrl(address)}/cancel`)).status).toBe(404);
    }
  });

  it.each(['garbage', 17, null, { action: 'retry' }, { ...GOOD, rate: 'fast' }])(
    'fails at once when its workflow is started by hand with %j, and hides from the list',
    async (argument) => {
      const handle = await harness.temporal.workflow.start('bulkAction', {
        workflowId: `bulk-action:by-hand-${Math.random()}`,
        taskQueue: 'holdfast-control',
        args: [argument],
      });
      await until('it has failed', async () => (await handle.describe()).status.name === 'FAILED', 20);
      expect((await api.get(bulkUrl(handle.workflowId))).status).toBe(404);
      expect((await api.get('/v1/bulk-actions')).body.bulkActions).toEqual([]);
    },
  );
});

/** So many dead letters, told apart by a tag. */
async function parked(count: number, tag: string, input: object = {}): Promise<string[]> {
  const tasks = await Promise.all(Array.from({ length: count }, () => parkedTask(harness, input, { tags: [tag] })));
  await untilMatched(api, { tag }, count);
  return tasks.map(({ id }) => id);
}

const stateOf = async (id: string) => (await harness.tasks.read(id)).state;

describe('a bulk action', () => {
  it('reaches every task of a fingerprint, and no other; report and timelines say what, who and why', async () => {
    const network = await parked(2, 'shared', { code: 'TRANSIENT_NETWORK' });
    const other = await parkedTask(harness, { code: 'TRANSIENT_DATABASE' }, { tags: ['shared'] });
    await untilMatched(api, { tag: 'shared' }, 3);
    const { parking } = await harness.tasks.read(network[0] ?? '');
    const filter = { tag: 'shared', fingerprint: parking?.fingerprint };
    const answer = await api.post('/v1/bulk-actions', { action: 'retry', filter, reason: 'mended', by: 'ada' });
    expect([answer.status, answer.headers.get('Location')]).toEqual([202, bulkUrl(answer.body.id)]);
    expect(answer.body).toMatchObject({
      action: 'retry',
      filter,
      by: 'ada',
      reason: 'mended',
      rate: 25,
      canary: false,
    });

    const ended = await endOfBulk(api, answer.body.id);
    expect(ended).toMatchObject({ state: 'completed', matched: 2, done: 2, movedOn: 0, refused: 0, failed: 0 });
    for (const id of network) await harness.reaches(id, 'completed');
    expect(await stateOf(other.id)).toBe('dead-lettered');
    const report = await reportOf(api, ended.id);
    expect(report.map(({ id, outcome }) => [id, outcome]).sort()).toEqual(network.map((id) => [id, 'done']).sort());
    const by = `ada (${ended.id})`;
    expect(await harness.tasks.timeline(network[0] ?? '')).toContainEqual(
      expect.objectContaining({ event: 'operator-retry', by, reason: 'mended' }),
    );
  });

  it('only counts in a dry run: nothing is done', async () => {
    const ids = await parked(3, 'dry');
    const { status, body } = await api.post('/v1/bulk-actions', {
      action: 'abandon',
      filter: { tag: 'dry' },
      dryRun: true,
    });
    expect(status).toBe(200);
    expect(body).toMatchObject({ count: 3, byType: { 'test.parked': 3 }, missing: [], partial: false });
    expect(Object.values(body.byFingerprint)).toEqual([3]);
    expect(body.sample.sort()).toEqual(ids.sort());
    for (const id of ids) expect(await stateOf(id)).toBe('dead-lettered');
  });

  it('reports named tasks that are not there, and does the others', async () => {
    const { id } = await parkedTask(harness);
    const ended = await runBulk(api, { action: 'retry', ids: ['test.parked:nobody', id, id] });
    expect(ended).toMatchObject({ state: 'completed', ids: 3, matched: 2, done: 1, refused: 1 });
    expect(await reportOf(api, ended.id)).toMatchObject([
      { id: 'test.parked:nobody', outcome: 'refused', detail: 'There is no task test.parked:nobody.' },
      { id, outcome: 'done' },
    ]);
    await harness.reaches(id, 'completed');
  });

  it('runs tasks again with a corrected input; a wrong one is refused and nothing is lost', async () => {
    const ids = await parked(2, 'corrected', { failures: 99 });
    const filter = { tag: 'corrected', type: 'test.parked' };
    const wrong = { action: 'retry', filter, reason: 'x', input: { failures: 'none' } };
    expect(await api.post('/v1/bulk-actions', wrong)).toMatchObject({
      status: 422,
      body: { code: 'invalid-request', errors: [{ pointer: '/input/failures' }] },
    });
    // Without a type in the order the contract of each task is asked.
    const refused = await runBulk(api, { ...wrong, filter: { tag: 'corrected' } });
    expect(refused).toMatchObject({ done: 0, refused: 2 });
    for (const id of ids) expect(await stateOf(id)).toBe('dead-lettered');

    await runBulk(api, { action: 'retry', filter, input: { value: 'corrected' } });
    for (const id of ids) {
      expect(await harness.reaches(id, 'completed')).toMatchObject({ result: { value: 'corrected' } });
    }
  });

  it('gives results, gives tasks up, and sets a time to run them', async () => {
    const [resolved = ''] = await parked(1, 'resolve');
    const [abandoned = ''] = await parked(1, 'abandon');
    const [later = ''] = await parked(1, 'later');
    const at = new Date(Date.now() + 7200_000).toISOString();
    await runBulk(api, { action: 'resolve', filter: { tag: 'resolve' }, result: { value: 'by hand', attempt: 0 } });
    await runBulk(api, { action: 'abandon', filter: { tag: 'abandon' } });
    await runBulk(api, { action: 'retry', filter: { tag: 'later' }, at });
    expect(await harness.reaches(resolved, 'completed')).toMatchObject({ result: { value: 'by hand' } });
    expect(await harness.reaches(abandoned, 'failed')).toMatchObject({ failure: { code: 'ABANDONED' } });
    await until('the time is set', async () => (await harness.tasks.read(later)).parking?.nextRedriveAt === at);
  });

  it('runs ended tasks again when their state is named', async () => {
    const input = { failures: 1, code: 'PERMANENT_VALIDATION' };
    const { id } = await api.submit('test.parked', input, { tags: ['ended'] }, { Prefer: 'wait=30' });
    const named = { tag: 'ended', state: ['failed'] };
    await untilMatched(api, named, 1);
    expect(await runBulk(api, { action: 'retry', filter: { tag: 'ended' } })).toMatchObject({ matched: 0 });
    expect(await runBulk(api, { action: 'retry', filter: named, input: {} })).toMatchObject({ matched: 1, done: 1 });
    await harness.reaches(id, 'completed');
  });

  it('pauses, resumes and cancels tasks of states that no index knows', async () => {
    const submit = () => api.submit('test.probe', { waitFor: harness.file() }, { tags: ['open'], delay: 3600 });
    const ids = (await Promise.all([submit(), submit()])).map(({ id }) => id);
    await untilMatched(api, { tag: 'open', state: ['scheduled'] }, 2);
    for (const [action, state] of [
      ['pause', 'paused'],
      ['resume', 'scheduled'],
      ['cancel', 'cancelled'],
    ] as const) {
      expect(await runBulk(api, { action, filter: { tag: 'open' } })).toMatchObject({ matched: 2, done: 2 });
      for (const id of ids) await harness.reaches(id, state);
    }
  });

  it('keeps to its rate: the server has the times at which the messages came', async () => {
    const [count, rate] = [11, 5];
    const ids = await parked(count, 'rate');
    expect(await runBulk(api, { action: 'retry', filter: { tag: 'rate' }, rate })).toMatchObject({ done: count });
    const times: number[] = [];
    for (const id of ids) {
      const told = (await harness.tasks.timeline(id)).find(({ event }) => event === 'operator-retry');
      times.push(Date.parse(told?.at ?? ''));
    }
    times.sort((a, b) => a - b);
    const seconds = ((times.at(-1) ?? 0) - (times[0] ?? 0)) / 1000;
    // Eleven messages have ten gaps of a fifth of a second; the first may have come late.
    expect(seconds).toBeGreaterThan(((count - 1) / rate) * 0.8);
  });

  it('leaves a task alone that has moved on since', async () => {
    const early = (await Promise.all([1, 2, 3, 4].map(() => parkedTask(harness)))).map(({ id }) => id);
    const waitFor = harness.file();
    const { id: late } = await parkedTask(harness, { waitFor: undefined, failures: 1 });
    const { id } = await startBulk(api, { action: 'retry', ids: [...early, late], rate: 1 });
    await until('it has begun', async () => (await readBulk(api, id)).state === 'acting');
    await harness.tasks.act(late, 'retry', { by: 'bob', input: { failures: 1, waitFor } });
    const ended = await endOfBulk(api, id);
    expect(ended).toMatchObject({ state: 'completed', done: 4, movedOn: 1 });
    expect((await reportOf(api, id)).at(-1)).toMatchObject({ id: late, outcome: 'moved-on' });
    await harness.touch(waitFor);
    expect(await harness.tasks.wait(late, 30)).toMatchObject({ state: 'completed', attempts: 2 });
  });

  it('is one and the same for equal calls with an equal key', async () => {
    const { id } = await parkedTask(harness);
    const order = { action: 'retry', ids: [id], reason: 'once' };
    const headers = { 'Idempotency-Key': 'bulk-once' };
    const [first, second] = [
      await api.post('/v1/bulk-actions', order, headers),
      await api.post('/v1/bulk-actions', order, headers),
    ];
    expect([first.status, second.status, second.headers.get('Idempotency-Replayed')]).toEqual([202, 200, 'true']);
    expect(second.body.id).toBe(first.body.id);
    expect(await api.post('/v1/bulk-actions', { ...order, reason: 'twice' }, headers)).toMatchObject({
      status: 422,
      body: { code: 'key-reused' },
    });
  });

  it('can be cancelled: what was done is reported, the rest is left alone', async () => {
    const ids = await parked(6, 'cancelled');
    const { id } = await startBulk(api, { action: 'retry', filter: { tag: 'cancelled' }, rate: 1 });
    await until('one is done', async () => (await reportOf(api, id)).length > 0);
    expect((await api.post(`${bulkUrl(id)}/cancel`, { by: 'ada' })).status).toBe(202);
    const ended = await endOfBulk(api, id);
    expect(ended.state).toBe('cancelled');
    const report = await reportOf(api, id);
    expect(ended.done).toBe(report.length);
    expect(report.length).toBeLessThan(6);
    const told = report.map((line) => line.id);
    for (const one of ids.filter((other) => !told.includes(other))) expect(await stateOf(one)).toBe('dead-lettered');
    expect(await api.post(`${bulkUrl(id)}/cancel`)).toMatchObject({ status: 409, body: { code: 'state-conflict' } });
  });

  it('stands in the list, and its report comes as a table too', async () => {
    const { id: task } = await parkedTask(harness);
    const { id } = await runBulk(api, { action: 'retry', ids: [task] });
    await until('it is listed', async () => {
      const { body } = await api.get('/v1/bulk-actions?limit=200');
      return body.bulkActions.some((one: { id: string; done: number }) => one.id === id && one.done === 1);
    });
    const { body, headers } = await api.get(`${bulkUrl(id)}/report`, { Accept: 'text/csv' });
    expect(headers.get('Content-Type')).toBe('text/csv; charset=utf-8');
    expect(body).toMatch(new RegExp(`^Task ID,.*\r\n${task},test.parked,[0-9a-f]+,done,,`));
  });
});
