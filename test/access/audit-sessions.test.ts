import { request as ask } from 'node:https';
import { AuditLog } from '../../src/access/audit';
import { Keys } from '../../src/access/keys';
import { Sessions } from '../../src/access/sessions';
import { createLogger } from '../../src/logging';
import { type Answered, TestApi } from '../support/api';
import { Harness } from '../support/harness';
import { cli } from '../support/processes/cli';
import { until } from '../support/until';
import { selfSigned } from './self-signed';

let harness: Harness;
let api: TestApi;
let keys: Keys;
let admin: string;

beforeAll(async () => {
  harness = await Harness.start();
  api = await TestApi.start(harness);
  keys = new Keys(harness.artifacts.entries);
});
afterAll(async () => {
  await api.close();
  await harness.close();
});

const bearer = (secret: string) => ({ Authorization: `Bearer ${secret}` });

describe('holdfast keys', () => {
  const json = async (...args: string[]) => {
    const { code, stdout, stderr } = await cli(harness, ['keys', ...args, '--json']);
    expect([code, stderr]).toEqual([0, '']);
    return JSON.parse(stdout);
  };

  it('creates, lists, rotates and revokes, also while nobody gets in', async () => {
    expect((await cli(harness, ['keys'])).stdout).toContain('There are no keys');
    const { key } = await json('create', 'root', '--scope', 'admin');
    expect(key).toMatchObject({
      name: 'root',
      scopes: ['admin'],
      state: 'active',
      secret: expect.stringMatching(/^hf_/),
    });
    admin = key.secret;
    expect((await api.get('/v1/keys', bearer(admin))).status).toBe(200);
    const scopes = ['--scope', 'submit:test.probe', '--scope', 'read'];
    const { key: first } = await json('create', 'billing', ...scopes, '--tenant', 'acme', '--days', '1');
    expect(first).toMatchObject({
      tenant: 'acme',
      scopes: ['submit:test.probe', 'read'],
      expiresAt: expect.any(String),
    });
    const { key: next } = await json('rotate', first.id, '--overlap', '3600');
    expect((await api.get('/v1/tasks', bearer(next.secret))).status).toBe(200);
    expect((await json('revoke', next.id, '--reason', 'lost')).key).toMatchObject({ state: 'revoked', reason: 'lost' });
    await until('it ends', async () => (await api.get('/v1/tasks', bearer(next.secret))).status === 401);
    const listed = (await json('list')).keys as { name: string }[];
    expect(listed.map(({ name }) => name)).toEqual(['root', 'billing', 'billing']);
    const table = (await cli(harness, ['keys', 'list'])).stdout;
    expect(table).toMatch(/root +active/);
    expect(table).not.toContain(admin);
  });

  it.each([
    [['create', 'x'], 'scope'],
    [['create', 'x', '--scope', 'root'], 'must be read, submit'],
    [['create', 'x', '--scope', 'read', '--tenant', 'аdmin'], 'a-z'],
    [['create', 'x', '--scope', 'read', '--tenant', '../../etc'], 'a-z'],
    [['revoke', 'nothing'], 'no key'],
    [['rotate', 'nothing'], 'no key'],
  ])('refuses what makes no sense: %j', async (args, message) => {
    const { code, stderr } = await cli(harness, ['keys', ...args]);
    expect(code).not.toBe(0);
    expect(stderr).toContain(message);
  });
});

describe('the audit log', () => {
  const records = async (query = '') => (await api.get(`/v1/audit?limit=1000${query}`, bearer(admin))).body.records;

  it('has every write with who, what, how it went, why, and under which request', async () => {
    const headers = { ...bearer(admin), 'X-Request-Id': 'trace-7' };
    const { body: task } = await api.post('/v1/tasks', { type: 'test.probe', input: {}, delay: 600 }, headers);
    await api.post(`${api.task(task.id)}/cancel`, { reason: 'not needed' }, bearer(admin));
    await api.post(`${api.task('test.probe:none')}/cancel`, {}, bearer(admin));
    await api.post('/v1/tasks', { type: 'test.probe', input: {} });
    await api.get('/v1/tasks', bearer(admin));
    const found = await until('all are written', async () => {
      const all = await records();
      return all.some(({ outcome }: { outcome: string }) => outcome === 'unauthorized') && all;
    });
    const common = {
      at: expect.any(String),
      address: expect.stringContaining('127.0.0.1'),
      requestId: expect.any(String),
    };
    const actor = { id: expect.any(String), name: 'root' };
    expect(found).toEqual(
      expect.arrayContaining([
        {
          ...common,
          actor,
          action: 'submitTask',
          object: api.task(task.id),
          status: 202,
          outcome: 'done',
          requestId: 'trace-7',
        },
        { ...common, actor, action: 'cancelTask', object: task.id, status: 202, outcome: 'done', reason: 'not needed' },
        { ...common, actor, action: 'cancelTask', object: 'test.probe:none', status: 404, outcome: 'task-not-found' },
        { ...common, action: 'submitTask', status: 401, outcome: 'unauthorized' },
      ]),
    );
    expect(found.some(({ action }: { action: string }) => action.startsWith('list'))).toBe(false);
    expect((await api.get(api.task(task.id), bearer(admin))).body.requestId).toBe('trace-7');
    expect(found[0].at >= found.at(-1).at).toBe(true);
    for (const record of await records('&action=cancelTask&actor=root')) expect(record.action).toBe('cancelTask');
  });

  it("the request's ID is in the worker's log too, with the tenant", async () => {
    const lines: Record<string, unknown>[] = [];
    const logger = createLogger('info', 'test', { write: (line) => lines.push(JSON.parse(line)) });
    const stop = await harness.startWorkers({ logger });
    const headers = { ...bearer(admin), 'X-Request-Id': 'trace-8' };
    const order = { type: 'test.probe', input: {}, tenant: 'acme' };
    const { body } = await api.post('/v1/tasks', order, headers);
    const line = await until('it has run', async () => lines.find(({ msg }) => msg === 'attempt succeeded'));
    expect(line).toMatchObject({ taskId: body.id, requestId: 'trace-8', tenant: 'acme' });
    await stop();
  });

  it("shows a tenant's admin the tenant's writes only", async () => {
    const { secret } = await keys.create({ name: 'acme admin', scopes: ['admin'], tenant: 'acme' }, 'test');
    await api.post('/v1/tasks', { type: 'test.probe', input: {} }, bearer(secret));
    const seen = await until('its own is written', async () => {
      const { body } = await api.get('/v1/audit', bearer(secret));
      return body.records.length > 0 && body.records;
    });
    expect(new Set(seen.map(({ tenant }: { tenant: string }) => tenant))).toEqual(new Set(['acme']));
    expect(seen[0]).toMatchObject({ action: 'submitTask', actor: { name: 'acme admin' } });
  });

  it('is read on the command line too, with the keys that were made there', async () => {
    const { stdout } = await cli(harness, ['audit', '--json', '--limit', '1000']);
    const actions = JSON.parse(stdout).records.map(({ action }: { action: string }) => action);
    expect(actions).toEqual(expect.arrayContaining(['keys.create', 'keys.rotate', 'keys.revoke', 'submitTask']));
    expect((await cli(harness, ['audit', '--action', 'keys.revoke'])).stdout).toMatch(/keys\.revoke +done/);
    expect((await cli(harness, ['audit', '--day', '2001-01-01'])).stdout).toContain('Nothing was changed');
    expect((await cli(harness, ['audit', '--day', 'yesterday'])).code).not.toBe(0);
  });

  it('keeps as many days as it should', async () => {
    const { entries } = harness.artifacts;
    for (const day of ['2001-01-01', '2001-01-02']) {
      await entries.add('audit-days', day, null);
      await entries.add(`audit/${day}`, '1', [{ at: `${day}T00:00:00.000Z`, action: 'old', outcome: 'done' }]);
    }
    const log = new AuditLog(entries, undefined, 2);
    log.add({ at: new Date().toISOString(), action: 'new', outcome: 'done' });
    await log.flush();
    expect(await log.days()).toEqual(['2001-01-02', new Date().toISOString().slice(0, 10)]);
    expect(await entries.names('audit/2001-01-01')).toEqual([]);
  });
});

describe('a session', () => {
  const cookieOf = (answer: Answered) => answer.headers.get('Set-Cookie')?.split(';')[0] ?? '';
  const signIn = async (key = admin, more: Record<string, string> = {}) => {
    const answer = await api.post('/v1/session', { key }, more);
    return { answer, cookie: { Cookie: cookieOf(answer) }, token: { 'X-CSRF-Token': answer.body.token as string } };
  };
  const probe = { type: 'test.probe', input: {}, delay: 600 };

  it('stands for its key: a cookie that no page can read, and no other site can send', async () => {
    const { answer, cookie, token } = await signIn();
    expect(answer).toMatchObject({ status: 201, body: { name: 'root', scopes: ['admin'] } });
    expect(answer.headers.get('Set-Cookie')).toMatch(/^holdfast_session=[^;]+; Path=\/; HttpOnly; SameSite=Strict$/);
    expect(answer.headers.get('Set-Cookie')).not.toContain(admin);
    expect((await api.get('/v1/tasks', cookie)).status).toBe(200);
    expect((await api.get('/docs', cookie)).status).toBe(200);
    expect((await api.get('/v1/session', cookie)).body).toMatchObject({ name: 'root', token: token['X-CSRF-Token'] });
    expect((await api.post('/v1/tasks', probe, { ...cookie, ...token })).status).toBe(202);
  });

  it.each([
    ['no token', {}],
    ['a token of nobody', { 'X-CSRF-Token': 'x'.repeat(43) }],
    ['a request of another site', { token: 'own', 'Sec-Fetch-Site': 'cross-site' }],
    ['a request of a neighbouring host', { token: 'own', 'Sec-Fetch-Site': 'same-site' }],
    ['a request of a typed address', { token: 'own', 'Sec-Fetch-Site': 'none' }],
    ['another origin', { token: 'own', Origin: 'https://evil.example' }],
  ])('changes nothing with %s', async (_name, { token: own, ...headers }: Record<string, string>) => {
    const { cookie, token } = await signIn();
    const asked = { ...cookie, ...(own && token), ...headers };
    expect((await api.post('/v1/tasks', probe, asked)).status).toBe(403);
  });

  it('changes nothing with the token of another session', async () => {
    const [one, other] = [await signIn(), await signIn()];
    expect((await api.post('/v1/tasks', probe, { ...one.cookie, ...other.token })).status).toBe(403);
  });

  it.each([
    ['another signature', (cookie: string) => `${cookie.slice(0, -2)}AA`],
    [
      'another body',
      (cookie: string) => cookie.replace(/=.*\./, `=${Buffer.from('["a","b",1,9e15]').toString('base64url')}.`),
    ],
    ['two of them', (cookie: string) => `${cookie}; ${cookie}`],
    ['no dot', (cookie: string) => cookie.replace('.', '')],
    ['nothing', () => 'holdfast_session='],
  ])('is no session with %s', async (_name, forge) => {
    const { cookie } = await signIn();
    expect((await api.get('/v1/tasks', { Cookie: forge(cookie.Cookie) })).status).toBe(401);
  });

  it('ends by signing out, everywhere, and with its key', async () => {
    const { cookie, token } = await signIn();
    const other = await TestApi.start(harness);
    expect((await other.get('/v1/tasks', cookie)).status).toBe(200);
    expect((await api.call('DELETE', '/v1/session', { headers: { ...cookie, ...token } })).status).toBe(204);
    expect((await api.get('/v1/tasks', cookie)).status).toBe(401);
    await until('also there', async () => (await other.get('/v1/tasks', cookie)).status === 401);
    await other.close();
    const made = await keys.create({ name: 'guest', scopes: ['read'] }, 'test');
    const guest = await signIn(made.secret);
    expect((await api.get('/v1/tasks', guest.cookie)).status).toBe(200);
    await keys.revoke(made.key.id, 'test');
    await until('it ends with its key', async () => (await api.get('/v1/tasks', guest.cookie)).status === 401);
  });

  it('takes its event streams along when it ends, as a key does', async () => {
    const task = (await api.post('/v1/tasks', probe, bearer(admin))).body.id;
    const paths = [`${api.task(task)}/events`, `${api.task(task)}/log?follow=true`, '/v1/live'];
    const follow = async (headers: Record<string, string>) => {
      const streams = await Promise.all(paths.map((path) => fetch(`${api.url}${path}`, { headers })));
      expect(streams.map(({ status }) => status)).toEqual([200, 200, 200]);
      return streams;
    };
    const made = await keys.create({ name: 'listener', scopes: ['operate'] }, 'test');
    const { cookie, token } = await signIn();
    const streams = [...(await follow(bearer(made.secret))), ...(await follow(cookie))];
    await keys.revoke(made.key.id, 'test');
    await api.call('DELETE', '/v1/session', { headers: { ...cookie, ...token } });
    await Promise.all(streams.map((stream) => stream.text()));
  });

  it('ends the wait of a submission when it ends, as a key does, and the answer is the task as it was submitted', async () => {
    const made = await keys.create({ name: 'waiter', scopes: ['submit'] }, 'test');
    const { cookie, token } = await signIn();
    const proofs = [bearer(made.secret), { ...cookie, ...token }];
    const waiting = proofs.map((proof, index) =>
      fetch(`${api.url}/v1/tasks`, {
        method: 'POST',
        headers: { ...proof, 'Content-Type': 'application/json', Prefer: 'wait=60' },
        body: JSON.stringify({ ...probe, tags: [`waits-${index}`] }),
        signal: AbortSignal.timeout(45_000),
      }),
    );
    for (const index of proofs.keys()) {
      const submitted = async () =>
        (await api.get(`/v1/tasks?tag=waits-${index}`, bearer(admin))).body.tasks.length > 0;
      await until('it is submitted', submitted);
    }
    await keys.revoke(made.key.id, 'test');
    await api.call('DELETE', '/v1/session', { headers: { ...cookie, ...token } });
    for (const answer of await Promise.all(waiting)) {
      expect([answer.status, await answer.json()]).toEqual([202, expect.objectContaining({ state: 'scheduled' })]);
    }
  });

  it('ends when it is idle, and when it is old', async () => {
    const { entries } = harness.artifacts;
    const hour = 3_600_000;
    const brief = new Sessions(entries, { idle: hour / 2, absolute: 12 * hour, renew: 1000 });
    const now = Date.now();
    const session = {
      ...(await brief.start({ name: 'any', keyId: 'any' })),
      startedAt: now - 11 * hour,
      seenAt: now - hour / 3,
    };
    expect(await brief.open(await brief.seal(session))).toEqual(session);
    expect(brief.renewed(session)?.seenAt).toBeGreaterThanOrEqual(now);
    expect(await brief.open(await brief.seal({ ...session, seenAt: now - hour }))).toBeUndefined();
    expect(await brief.open(await brief.seal({ ...session, startedAt: now - 13 * hour }))).toBeUndefined();
  });

  it('of no key is refused, and guessing is slow', async () => {
    expect((await api.post('/v1/session', { key: 'hf_guess' })).status).toBe(401);
    expect((await api.get('/v1/session')).status).toBe(401);
  });

  it('over TLS has a cookie that only this host and only TLS can set', async () => {
    const tls = selfSigned(harness.folder);
    const secure = await TestApi.start(harness, { tls, host: '127.0.0.1' });
    expect(secure.url).toMatch(/^https:/);
    const body = JSON.stringify({ key: admin });
    const cookie = await new Promise<string>((resolve, reject) => {
      const headers = { 'Content-Type': 'application/json', 'Content-Length': body.length };
      const options = { method: 'POST', headers, rejectUnauthorized: false, agent: false };
      ask(`${secure.url}/v1/session`, options, (response) => {
        response.resume();
        resolve(String(response.headers['set-cookie']));
      })
        .once('error', reject)
        .end(body);
    });
    expect(cookie).toMatch(/^__Host-holdfast_session=[^;]+; Path=\/; HttpOnly; Secure; SameSite=Strict$/);
    await secure.close();
  });
});
