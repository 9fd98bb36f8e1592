import { Keys } from '../../src/access/keys';
import { TestApi } from '../support/api';
import { fileContract, writeFile } from '../support/file-task';
import { Harness } from '../support/harness';
import { probeContracts, probeHandlers } from '../support/probe-tasks';
import { until } from '../support/until';

let harness: Harness;
let api: TestApi;
let keys: Keys;
const secrets = new Map<string, string>();

async function auth(name: string, scopes: string[], tenant?: string) {
  const known = secrets.get(name);
  const secret = known ?? (await keys.create({ name, scopes, ...(tenant && { tenant }) }, 'test')).secret;
  secrets.set(name, secret);
  return { Authorization: `Bearer ${secret}` };
}
const acme = () => auth('acme', ['submit', 'operate'], 'acme');
const globex = () => auth('globex', ['submit', 'operate'], 'globex');
const submitter = () => auth('submitter', ['submit', 'read'], 'acme');
const everybody = () => auth('all', ['admin']);

beforeAll(async () => {
  harness = await Harness.start();
  const contracts = [...probeContracts, fileContract];
  await harness.startWorkers({ contracts, handlers: { ...probeHandlers, 'test.file': writeFile } as never });
  keys = new Keys(harness.artifacts.entries);
  await everybody();
  api = await TestApi.start(harness, { limits: { keyRate: 10_000 } });
});
afterAll(async () => {
  await api.close();
  await harness.close();
});

const probe = (more: object = {}) => ({ type: 'test.probe', input: {}, ...more });

describe('the tenant', () => {
  it('comes from the key, whatever a request says', async () => {
    const { body } = await api.post('/v1/tasks', probe({ delay: 60 }), await acme());
    expect(body).toMatchObject({ tenant: 'acme', requestId: expect.any(String) });
    expect((await api.post('/v1/tasks', probe({ tenant: 'globex' }), await acme())).status).toBe(403);
    expect((await api.get('/v1/tasks?tenant=globex', await acme())).status).toBe(403);
    expect((await api.get('/v1/dead-letters.csv?tenant=globex', await acme())).status).toBe(403);
    const event = { event: 'order.paid', data: {}, tenant: 'globex' };
    expect((await api.post('/v1/events', event, await acme())).status).toBe(403);
    const bulk = { action: 'pause', filter: { tenant: 'globex' }, reason: 'test' };
    expect((await api.post('/v1/bulk-actions', bulk, await acme())).status).toBe(403);
  });

  it.each(['аdmin', '../../etc', '__proto__', 'Acme', 'a/b', 'x'.repeat(64), '.hidden', ''])(
    'has one spelling: %j is none',
    async (tenant) => {
      expect((await api.post('/v1/tasks', probe({ tenant }), await everybody())).status).toBe(422);
      const outcome = (await api.post('/v1/tasks/bulk', { tasks: [probe({ tenant })] }, await everybody())).body
        .outcomes[0];
      expect(outcome.status).toBe(422);
      expect((await api.post('/v1/batches', { tasks: [probe({ tenant })] }, await everybody())).status).toBe(422);
      const schedule = { id: 'spelling', every: 3600, tenant, ...probe() };
      expect((await api.post('/v1/schedules', { ...schedule, tenant }, await everybody())).status).toBe(422);
      const subscription = { url: 'https://example.com', events: ['*'], tenant };
      expect((await api.post('/v1/webhook-subscriptions', subscription, await everybody())).status).toBe(422);
      expect((await api.post('/v1/events', { event: 'a.b', data: {}, tenant }, await everybody())).status).toBe(422);
    },
  );

  it("has keys, batches and bulk actions of its own: another's of the same name are others", async () => {
    const key = { 'Idempotency-Key': 'the same' };
    const ids = [];
    for (const who of [acme, globex]) {
      const headers = { ...(await who()), ...key };
      const { body: task } = await api.post('/v1/tasks', probe({ delay: 600 }), headers);
      const named = await api.post('/v1/batches', { id: 'nightly', tasks: [probe({ delay: 600 })] }, await who());
      const keyed = await api.post('/v1/batches', { tasks: [probe({ delay: 600 })] }, headers);
      const bulk = await api.post('/v1/bulk-actions', { action: 'pause', ids: [task.id], reason: 'test' }, headers);
      const derived = await api.post('/v1/tasks', { type: 'test.by-input', input: { value: 'equal' } }, await who());
      expect([named.status, keyed.status, bulk.status, derived.status]).toEqual([202, 202, 202, 202]);
      ids.push(task.id, named.body.id, keyed.body.id, bulk.body.id, derived.body.id);
    }
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('names batches as the document says, and apart from those of every other tenant', async () => {
    const named = async (tenant: string, id: string) => {
      const { secret } = await keys.create({ name: 'names', scopes: ['admin'], tenant }, 'test');
      const headers = { Authorization: `Bearer ${secret}` };
      return api.post('/v1/batches', { id, tasks: [probe({ delay: 600 })] }, headers);
    };
    for (const id of ['', 'a:b', 'x'.repeat(101)]) {
      expect(await named('acme', id)).toMatchObject({ status: 422, body: { errors: [{ pointer: '/id' }] } });
    }
    expect((await named('acme', 'x'.repeat(100))).status).toBe(202);
    const ids: string[] = [];
    for (const [tenant, id] of [
      ['acme', 'a.b'],
      ['acme.a', 'b'],
      ['batch', 'a.b'],
    ] as const) {
      const { status, body } = await named(tenant, id);
      expect(status).toBe(202);
      ids.push(body.id);
    }
    expect(new Set(ids).size).toBe(3);
  });

  it('learns nothing of a schedule of another whose ID it tries', async () => {
    const order = (every: number) => ({ id: 'taken', every, paused: true, ...probe() });
    expect((await api.post('/v1/schedules', order(3600), await acme())).status).toBe(201);
    for (const every of [3600, 1800]) {
      const { status, body } = await api.post('/v1/schedules', order(every), await globex());
      expect([status, body.detail]).toEqual([409, 'The ID taken is taken: choose another one.']);
    }
  });

  it('reaches no task of another by a bulk action', async () => {
    const theirs = (await api.post('/v1/tasks', probe({ delay: 600 }), await globex())).body.id;
    for (const more of [{}, { dryRun: true }]) {
      const order = { action: 'cancel', ids: [theirs], reason: 'test', ...more };
      expect((await api.post('/v1/bulk-actions', order, await acme())).status).toBe(404);
    }
    await until('it is listed', async () => {
      const { body } = await api.get('/v1/tasks?state=scheduled', await globex());
      return body.tasks.some(({ id }: { id: string }) => id === theirs);
    });
    const order = {
      action: 'cancel',
      filter: { type: 'test.probe', state: ['scheduled'] },
      dryRun: true,
      reason: 'test',
    };
    const { body } = await api.post('/v1/bulk-actions', order, await acme());
    expect(JSON.stringify(body)).not.toContain(theirs);
  });
});

describe('files and subscriptions', () => {
  const upload = async (text: string, headers: Record<string, string>) =>
    (await api.call('POST', '/v1/files', { raw: text, headers })).body.hash as string;

  it("another's are not there, wherever a request names them", async () => {
    const theirs = { hash: await upload('of globex', await globex()), bytes: 9 };
    const { body: subscription } = await api.post(
      '/v1/webhook-subscriptions',
      { url: 'https://example.com', events: ['*'] },
      await globex(),
    );
    const task = (await api.post('/v1/tasks', probe({ delay: 600 }), await acme())).body.id;
    const input = { value: theirs };
    const refused: [string, object][] = [
      ['/v1/tasks', probe({ input })],
      ['/v1/tasks', probe({ input: { value: { deep: [{ hash: theirs.hash }] } } })],
      ['/v1/tasks', probe({ notify: [{ subscription: subscription.id }] })],
      ['/v1/tasks', probe({ input: { value: { to: { subscription: subscription.id } } } })],
      ['/v1/batches', { tasks: [probe({ input })] }],
      ['/v1/batches', { tasks: [probe()], atEnd: probe({ input }) }],
      ['/v1/batches', { members: theirs.hash }],
      ['/v1/schedules', { id: 'files', every: 3600, ...probe({ input }) }],
      [`${api.task(task)}/retry`, { input }],
      [`${api.task(task)}/resolve`, { result: theirs, unchecked: true }],
      ['/v1/bulk-actions', { action: 'retry', ids: [task], input, reason: 'test' }],
    ];
    for (const [path, json] of refused) {
      const { status, body } = await api.post(path, json, await acme());
      expect([path, json, status, body.errors?.length]).toEqual([path, json, 422, 1]);
      expect(body.detail).toMatch(/There is no (file|subscription)/);
    }
    const { outcomes } = (await api.post('/v1/tasks/bulk', { tasks: [probe({ input })] }, await acme())).body;
    expect(outcomes[0].status).toBe(422);
    expect((await api.get(`/v1/files/${theirs.hash}`, await acme())).status).toBe(404);
    expect((await api.get(`/v1/files/${theirs.hash}`, await everybody())).status).toBe(200);
  });

  it('the own ones are: what was uploaded, and what the own tasks made', async () => {
    const mine = await upload('shared by chance', await acme());
    expect((await api.get(`/v1/files/${mine}`, await globex())).status).toBe(404);
    expect(await upload('shared by chance', await globex())).toBe(mine);
    expect((await api.get(`/v1/files/${mine}`, await globex())).status).toBe(200);
    expect((await api.post('/v1/tasks', probe({ input: { value: mine } }), await acme())).status).toBe(202);
    const wait = { ...(await acme()), Prefer: 'wait=30' };
    const { body } = await api.post('/v1/tasks', { type: 'test.file', input: { text: 'made' } }, wait);
    const { hash } = body.result.artifacts.file;
    expect((await api.get(`${api.task(body.id)}/artifacts`, await acme())).status).toBe(200);
    expect((await api.get(`/v1/files/${hash}`, await acme())).status).toBe(200);
    expect((await api.get(`/v1/files/${hash}`, await globex())).status).toBe(404);
    expect((await api.get(`${api.task(body.id)}/artifacts/file`, await globex())).status).toBe(404);
  });
});

describe('what a caller may say', () => {
  it('who asks is the key, and no name in the body', async () => {
    const { body } = await api.post('/v1/tasks', probe({ delay: 600 }), await acme());
    await api.post(`${api.task(body.id)}/pause`, { by: 'root', reason: 'test' }, await acme());
    const timeline = (await api.get(`${api.task(body.id)}/timeline`, await acme())).body;
    expect(JSON.stringify(timeline)).toContain('"by":"acme"');
    expect(JSON.stringify(timeline)).not.toContain('root');
    const batch = (await api.post('/v1/batches', { tasks: [probe()], by: 'root' }, await acme())).body;
    expect(batch.by).toBe('acme');
  });

  it.each(['webhook:sub_1', 'schedule:nightly', 'parent:test.probe:1', 'batch:1'])(
    'the tag %s is set by Holdfast only',
    async (tag) => {
      const refused = await api.post('/v1/tasks', probe({ tags: ['fine', tag] }), await everybody());
      expect(refused).toMatchObject({ status: 422, body: { errors: [{ pointer: '/tags/1' }] } });
      const { status, body } = await api.post(
        '/v1/batches',
        { tasks: [probe(), probe({ tags: [tag] })] },
        await acme(),
      );
      expect([status, body.errors?.[0].pointer]).toEqual([422, '/tasks/1/tags/0']);
    },
  );

  it.each([
    ['a queue', { policy: { queue: 'default' } }],
    ['many attempts', { policy: { attempts: 21 } }],
    ['a long time-out', { policy: { timeout: 31 * 86_400 } }],
    ['a long life', { policy: { maxTotalTime: 31 * 86_400 } }],
    ['a long window', { policy: { window: 31 * 86_400 } }],
    ['many redrives', { policy: { redrives: { transient: Array(11).fill(60), unknown: Array(10).fill(60) } } }],
    ['a far redrive', { policy: { redrives: { transient: [31 * 86_400] } } }],
    ['a far delay', { delay: 31 * 86_400 }],
    ['a far time', { runAt: new Date(Date.now() + 40 * 86_400_000).toISOString() }],
  ])('%s needs the scope operate', async (_name, more) => {
    const asked = probe({ delay: 600, ...more, ...('runAt' in more && { delay: undefined }) });
    expect((await api.post('/v1/tasks', asked, await submitter())).status).toBe(403);
    expect((await api.post('/v1/batches', { tasks: [asked] }, await submitter())).status).toBe(403);
    const { outcomes } = (await api.post('/v1/tasks/bulk', { tasks: [asked] }, await submitter())).body;
    expect(outcomes[0].status).toBe(403);
    expect([202, 422]).toContain((await api.post('/v1/tasks', asked, await acme())).status);
  });

  it('what everybody may say needs no more than submit', async () => {
    const policy = { attempts: 20, timeout: 60, priority: 2, redrives: { transient: [60] } };
    expect((await api.post('/v1/tasks', probe({ policy, tags: ['mine'] }), await submitter())).status).toBe(202);
  });

  it('inputs and logs need the scope operate', async () => {
    const { id } = (await api.post('/v1/tasks', probe(), await submitter())).body;
    const task = api.task(id);
    for (const path of [`${task}?include=input`, `${task}/log`]) {
      expect([path, (await api.get(path, await submitter())).status]).toEqual([path, 403]);
      expect([path, (await api.get(path, await acme())).status]).toEqual([path, 200]);
    }
    expect((await api.get(task, await submitter())).status).toBe(200);
  });

  it('a schedule of a few seconds needs the scope admin', async () => {
    const order = { id: 'hasty', every: 2, paused: true, ...probe() };
    expect(await api.post('/v1/schedules', order, await acme())).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/every' }] },
    });
    expect((await api.post('/v1/schedules', order, await everybody())).status).toBe(201);
  });
});

describe('how much', () => {
  it('a tenant has too many open tasks: further ones wait, of others they do not', async () => {
    const full = await TestApi.start(harness, { limits: { keyRate: 10_000, openTasks: 1 } });
    await until(
      'one is listed',
      async () => (await api.get('/v1/tasks?state=scheduled', await acme())).body.tasks.length > 0,
    );
    const refused = await full.post('/v1/tasks', probe(), await acme());
    expect(refused).toMatchObject({ status: 429, body: { code: 'too-many-requests' } });
    expect(refused.headers.get('Retry-After')).toBe('30');
    for (const [path, json] of [
      ['/v1/tasks/bulk', { tasks: [probe()] }],
      ['/v1/batches', { tasks: [probe()] }],
    ] as const) {
      expect((await full.post(path, json, await acme())).status).toBe(429);
    }
    const other = await auth('initech', ['submit'], 'initech');
    expect((await full.post('/v1/tasks', probe(), other)).status).toBe(202);
    await full.close();
  });

  it('one key holds half of the waits at most', async () => {
    const few = await TestApi.start(harness, { limits: { keyRate: 10_000, waits: 2 } });
    const wait = { Prefer: 'wait=60' };
    const file = harness.file();
    const held = few.post('/v1/tasks', probe({ input: { waitFor: file } }), { ...(await acme()), ...wait });
    await until('it waits', async () => {
      const { status } = await few.post('/v1/tasks', probe(), { ...(await acme()), ...wait });
      return status === 429;
    });
    expect((await few.post('/v1/tasks', probe(), { ...(await globex()), ...wait })).status).toBe(200);
    await harness.touch(file);
    expect((await held).status).toBe(200);
    await few.close();
  });
});

describe('a scope that names a task type', () => {
  it('is for that type only, in lists too', async () => {
    const one = await auth('one type', ['submit:test.once', 'read:test.once'], 'acme');
    const mine = (await api.post('/v1/tasks', { type: 'test.once', input: {} }, one)).body.id;
    const other = (await api.post('/v1/tasks', probe(), await acme())).body.id;
    expect((await api.post('/v1/tasks', probe(), one)).status).toBe(403);
    expect((await api.get(api.task(mine), one)).status).toBe(200);
    expect((await api.get(api.task(other), one)).status).toBe(403);
    expect((await api.get('/v1/tasks?type=test.probe', one)).status).toBe(403);
    expect((await api.get('/v1/stats', one)).status).toBe(403);
    const operator = await auth('operator of one type', ['operate:test.once'], 'acme');
    for (const path of ['/v1/batches', '/v1/bulk-actions', '/v1/webhook-subscriptions']) {
      expect([path, (await api.get(path, operator)).status]).toEqual([path, 403]);
    }
    const everything = { url: 'https://example.com', events: ['*'] };
    expect((await api.post('/v1/webhook-subscriptions', everything, operator)).status).toBe(403);
    await until('the list has its own', async () => {
      const { tasks } = (await api.get('/v1/tasks', one)).body as { tasks: { id: string; type: string }[] };
      expect(tasks.every(({ type }) => type === 'test.once')).toBe(true);
      return tasks.some(({ id }) => id === mine);
    });
  });
});
