import { setTimeout as sleep } from 'node:timers/promises';
import { Keys } from '../../src/access/keys';
import { StartError } from '../../src/errors';
import { TestApi } from '../support/api';
import { Harness } from '../support/harness';
import { until } from '../support/until';

let harness: Harness;
let keys: Keys;

beforeAll(async () => {
  harness = await Harness.start();
  keys = new Keys(harness.artifacts.entries);
});
afterAll(() => harness.close());

const bearer = (secret: string) => ({ Authorization: `Bearer ${secret}` });
/** A file that comes slowly and does not end. */
const dripping = (sent: () => void) =>
  new ReadableStream({
    async pull(controller) {
      await sleep(50);
      controller.enqueue(new Uint8Array(100));
      sent();
    },
  });
const open = async (work: (api: TestApi) => Promise<void>) => {
  const api = await TestApi.start(harness);
  try {
    await work(api);
  } finally {
    await api.close();
  }
};

describe('while no key exists', () => {
  it('callers on this host need none, and none of them makes the first', () =>
    open(async (api) => {
      expect((await api.get('/v1/tasks')).status).toBe(200);
      expect(await api.post('/v1/keys', { name: 'mine', scopes: ['admin'] })).toMatchObject({
        status: 403,
        body: { detail: expect.stringContaining('holdfast keys create') },
      });
    }));

  it('the API refuses to listen where others can reach it', async () => {
    await expect(TestApi.start(harness, { host: '0.0.0.0' })).rejects.toThrow(StartError);
    await expect(TestApi.start(harness, { host: '0.0.0.0' })).rejects.toThrow('holdfast keys create');
  });
});

describe('once a key exists', () => {
  let admin: string;
  beforeAll(async () => {
    admin = (await keys.create({ name: 'root', scopes: ['admin'] }, 'test')).secret;
  });

  it.each(['/v1/tasks', '/v1/alerts', '/metrics', '/version', '/docs', '/openapi.json', '/v1/keys', '/v1/audit'])(
    'nobody gets in without one: %s',
    (path) =>
      open(async (api) => {
        const refused = await api.get(path);
        expect(refused).toMatchObject({ status: 401, body: { code: 'unauthorized' } });
        expect(refused.headers.get('WWW-Authenticate')).toMatch(/^Bearer/);
        expect((await api.get(path, bearer(admin))).status).toBe(200);
        expect((await api.get('/health/live')).status).toBe(200);
      }),
  );

  it.each([
    ['no scheme', (secret: string) => secret],
    ['another scheme', (secret: string) => `Basic ${secret}`],
    ['one character more', (secret: string) => `Bearer ${secret}x`],
    ['another secret of a known ID', (secret: string) => `Bearer ${secret.slice(0, 20)}${'A'.repeat(43)}`],
    ['an unknown ID', () => `Bearer hf_0123456789abcdef_${'A'.repeat(43)}`],
    ['a name of every object', () => 'Bearer __proto__'],
    ['nothing', () => 'Bearer '],
  ])('what is no key opens nothing: %s', (_name, header) =>
    open(async (api) => {
      expect((await api.get('/v1/tasks', { Authorization: header(admin) })).status).toBe(401);
    }),
  );

  it('the store has the hash of a key, and lists have neither', async () => {
    const { entries } = harness.artifacts;
    const stored = JSON.stringify(
      await Promise.all((await entries.names('access-keys')).map((id) => entries.get('access-keys', id))),
    );
    expect(stored).not.toContain(admin);
    await open(async (api) => {
      const { body } = await api.get('/v1/keys', bearer(admin));
      expect(body.keys).toEqual([expect.objectContaining({ name: 'root', state: 'active', scopes: ['admin'] })]);
      expect(JSON.stringify(body)).not.toMatch(/hash|secret|hf_/);
    });
  });

  it('a key is revoked at every process within seconds, and says who did it and why', async () => {
    const [one, other] = [await TestApi.start(harness), await TestApi.start(harness)];
    const made = await one.post('/v1/keys', { name: 'short lived', scopes: ['read'] }, bearer(admin));
    expect(made).toMatchObject({ status: 201, body: { createdBy: 'root', secret: expect.stringMatching(/^hf_/) } });
    const { id, secret } = made.body;
    // The other process learns of it by itself.
    await until('the key works there', async () => (await other.get('/v1/tasks', bearer(secret))).status === 200);
    const before = Date.now();
    const revoked = await one.post(`/v1/keys/${id}/revoke`, { reason: 'leaked' }, bearer(admin));
    expect(revoked.body).toMatchObject({ state: 'revoked', endedBy: 'root', reason: 'leaked' });
    await until('it does not any more', async () => (await other.get('/v1/tasks', bearer(secret))).status === 401);
    expect(Date.now() - before).toBeLessThan(10_000);
    expect((await one.post(`/v1/keys/${id}/rotate`, {}, bearer(admin))).status).toBe(409);
    await one.close();
    await other.close();
  });

  it('what is under way ends with its key: a download, an upload, a stream', () =>
    open(async (api) => {
      const { body: key } = await api.post(
        '/v1/keys',
        { name: 'leaked', scopes: ['read', 'submit', 'operate'] },
        bearer(admin),
      );
      const headers = bearer(key.secret);
      const large = Buffer.alloc(64 * 1024 * 1024, 7);
      const file = await harness.artifacts.put(large, large.length);
      const download = await fetch(`${api.url}/v1/files/${file.hash}`, { headers });
      const stream = await fetch(`${api.url}/v1/live`, { headers });
      let pieces = 0;
      const body = dripping(() => pieces++);
      const upload = fetch(`${api.url}/v1/files`, { method: 'POST', headers, body, duplex: 'half' } as object);
      await until('the upload is under way', () => pieces > 10);
      expect([download.status, stream.status]).toEqual([200, 200]);
      await api.post(`/v1/keys/${key.id}/revoke`, { reason: 'leaked' }, bearer(admin));
      expect((await upload).status).toBe(401);
      // What the caller had not taken by then never comes; its sockets hold a few megabytes.
      await expect(download.arrayBuffer()).rejects.toThrow('terminated');
      await stream.text();
      expect((await api.get(`/v1/files/${file.hash}`, bearer(admin))).status).toBe(200);
    }));

  it('rotation: both hold, until the overlap is over; a second one is refused', () =>
    open(async (api) => {
      const order = { name: 'turns', scopes: ['read', 'submit:test.probe'], tenant: 'acme' };
      const first = (await api.post('/v1/keys', order, bearer(admin))).body;
      const next = await api.post(`/v1/keys/${first.id}/rotate`, { overlapSeconds: 3 }, bearer(admin));
      expect(next).toMatchObject({ status: 201, body: { ...order, replaces: first.id } });
      for (const { secret } of [first, next.body])
        expect((await api.get('/v1/tasks', bearer(secret))).status).toBe(200);
      expect((await api.post(`/v1/keys/${first.id}/rotate`, {}, bearer(admin))).status).toBe(409);
      await until('the old one ends', async () => (await api.get('/v1/tasks', bearer(first.secret))).status === 401);
      expect((await api.get('/v1/tasks', bearer(next.body.secret))).status).toBe(200);
      expect((await api.get(`/v1/keys/${first.id}`, bearer(admin))).body).toMatchObject({
        state: 'rotated',
        lastUsedAt: expect.any(String),
      });
    }));

  it('a key ends by itself when its time is over', () =>
    open(async (api) => {
      const expiresAt = new Date(Date.now() + 2500).toISOString();
      const { body } = await api.post('/v1/keys', { name: 'brief', scopes: ['read'], expiresAt }, bearer(admin));
      expect((await api.get('/v1/tasks', bearer(body.secret))).status).toBe(200);
      await until('it has expired', async () => (await api.get('/v1/tasks', bearer(body.secret))).status === 401);
    }));

  it.each([
    [{ name: 'x', scopes: [] }, '/scopes'],
    [{ name: 'x', scopes: ['root'] }, '/scopes/0'],
    [{ name: 'x', scopes: ['admin:test.probe'] }, '/scopes/0'],
    [{ name: 'x\ny', scopes: ['read'] }, '/name'],
    [{ name: 'x', scopes: ['read'], tenant: 'аdmin' }, '/tenant'],
    [{ name: 'x', scopes: ['read'], tenant: '__proto__' }, '/tenant'],
    [{ name: 'x', scopes: ['read'], tenant: '../../etc' }, '/tenant'],
    [{ name: 'x', scopes: ['read'], tenant: 'Acme' }, '/tenant'],
  ])('an order that makes no sense is refused: %j', (order, pointer) =>
    open(async (api) => {
      expect(await api.post('/v1/keys', order, bearer(admin))).toMatchObject({
        status: 422,
        body: { errors: [expect.objectContaining({ pointer })] },
      });
    }),
  );

  it("a tenant's admin sees, makes and ends the tenant's keys only", () =>
    open(async (api) => {
      const make = async (order: object, secret = admin) => (await api.post('/v1/keys', order, bearer(secret))).body;
      const acme = await make({ name: 'acme admin', scopes: ['admin'], tenant: 'acme' });
      const globex = await make({ name: 'globex', scopes: ['read'], tenant: 'globex' });
      const child = await make({ name: 'child', scopes: ['submit'] }, acme.secret);
      expect(child).toMatchObject({ tenant: 'acme', createdBy: 'acme admin' });
      const seen = (await api.get('/v1/keys', bearer(acme.secret))).body.keys as { tenant?: string }[];
      expect(new Set(seen.map(({ tenant }) => tenant))).toEqual(new Set(['acme']));
      expect((await api.post(`/v1/keys/${globex.id}/revoke`, {}, bearer(acme.secret))).status).toBe(404);
      expect(
        (await api.post('/v1/keys', { name: 'x', scopes: ['read'], tenant: 'globex' }, bearer(acme.secret))).status,
      ).toBe(403);
    }));

  it('beyond loopback it also needs names, and something that encrypts', async () => {
    const start = (more: object) => TestApi.start(harness, { host: '0.0.0.0', ...more });
    await expect(start({})).rejects.toThrow('HOLDFAST_TLS_CERT');
    await expect(start({ proxies: ['10.0.0.1'] })).rejects.toThrow('HOLDFAST_HOST_NAMES');
    const api = await start({ proxies: ['10.0.0.1'], hostNames: ['holdfast.example'] });
    await api.close();
  });

  it('one key makes so many requests, and strangers fewer', async () => {
    const api = await TestApi.start(harness, { limits: { keyRate: 1 } });
    const statuses: number[] = [];
    for (let n = 0; n < 12; n++) statuses.push((await api.get('/v1/task-types', bearer(admin))).status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(10);
    const refused = await api.get('/v1/task-types', bearer(admin));
    expect(refused).toMatchObject({ status: 429, body: { code: 'too-many-requests' } });
    expect(Number(refused.headers.get('Retry-After'))).toBeGreaterThan(0);
    expect(refused.headers.get('RateLimit-Limit')).toBe('10');
    expect(refused.headers.get('RateLimit-Remaining')).toBe('0');
    const strangers: number[] = [];
    for (let n = 0; n < 61; n++) strangers.push((await api.get('/v1/tasks')).status);
    expect(strangers.slice(0, 60).every((status) => status === 401)).toBe(true);
    expect(strangers.at(-1)).toBe(429);
    await api.close();
  });
});
