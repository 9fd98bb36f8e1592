import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { Keys } from '../../src/access/keys';
import { Harness } from '../support/harness';
import { startRole } from '../support/processes/role-process';
import type { RunningProcess } from '../support/processes/running-process';
import { Browserless, OidcProvider } from '../support/servers/oidc';
import { freePort } from '../support/temporal-server';
import { until } from '../support/until';

const GROUPS = {
  operators: { scopes: ['operate', 'submit'] },
  bosses: { scopes: ['admin'] },
  'acme-readers': { scopes: ['read'], tenant: 'acme' },
  'globex-admins': { scopes: ['admin'], tenant: 'globex' },
};
const ACCOUNTS = {
  ada: ['operators', 'chess'],
  boss: ['bosses'],
  nobody: ['chess'],
  both: ['acme-readers', 'globex-admins'],
};

let harness: Harness;
let provider: OidcProvider;
let api: RunningProcess;
let url: string;
let settings: Record<string, string>;

beforeAll(async () => {
  harness = await Harness.start();
  const port = await freePort();
  url = `http://127.0.0.1:${port}`;
  provider = await OidcProvider.start(port, ACCOUNTS);
  settings = {
    ...harness.env,
    HOLDFAST_ARTIFACTS: harness.artifacts.folder,
    HOLDFAST_PORT: String(port),
    ...provider.settings(GROUPS),
  };
  api = await startRole('api', settings);
});
afterAll(async () => {
  await api?.stop('SIGTERM');
  await provider?.close();
  await harness.close();
});

// biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape.
const json = async (answer: Promise<Response>): Promise<any> => (await answer).json();

interface Session {
  cookie: string;
  token: string;
  body: object;
}

async function signIn(account: string, query = ''): Promise<Session> {
  const browser = new Browserless();
  const response = await browser.open(await browser.signInAt(url, account, query));
  expect([response.status, await response.text()]).toEqual([200, expect.stringContaining('You are signed in')]);
  return sessionOf(browser.cookieOf(url));
}

async function sessionOf(cookie: string): Promise<Session> {
  const body = await json(fetch(`${url}/v1/session`, { headers: { Cookie: cookie } }));
  return { cookie, token: body.token, body };
}

const ask = (path: string, { cookie, token }: Session, init: RequestInit = {}) =>
  fetch(url + path, {
    ...init,
    headers: { Cookie: cookie, 'X-CSRF-Token': token, 'Content-Type': 'application/json' },
  });

it('is needed as soon as it is set up, also while no key exists', async () => {
  expect((await fetch(`${url}/v1/tasks`)).status).toBe(401);
  expect(await (await fetch(`${url}/v1/environment`)).json()).toMatchObject({
    me: null,
    signIn: { key: true, oidc: '/v1/session/oidc' },
  });
});

it('gives a person the scopes of their groups, in their name, until they sign out', async () => {
  const session = await signIn('ada');
  expect(session.cookie).not.toContain('sign_in');
  expect(session.body).toMatchObject({ name: 'ada of accounts', scopes: ['operate', 'submit'], by: 'account' });
  const made = await ask('/v1/tasks', session, { method: 'POST', body: '{"type":"report.csv","input":{}}' });
  // The input is wrong; who asks is not.
  expect(made.status).toBe(422);
  const opened = await ask('/v1/breakers/http%3Ax/open', session, { method: 'POST', body: '{"seconds":60}' });
  expect(opened.status).toBe(202);
  expect((await ask('/v1/keys', session)).status).toBe(403);
  expect((await ask('/v1/session', session, { method: 'DELETE' })).status).toBe(204);
  expect((await ask('/v1/tasks', session)).status).toBe(401);
});

it('is in the audit log, and an administrator sees and ends the session', async () => {
  const [session, boss] = [await signIn('ada'), await signIn('boss')];
  const { sessions } = await json(ask('/v1/sessions', boss));
  expect(sessions.slice(0, 2)).toMatchObject([
    { name: 'boss of accounts', by: 'account' },
    { name: 'ada of accounts', by: 'account' },
  ]);
  expect((await ask(`/v1/sessions/${sessions[1].id}`, session, { method: 'DELETE' })).status).toBe(403);
  expect((await ask(`/v1/sessions/${sessions[1].id}`, boss, { method: 'DELETE' })).status).toBe(204);
  await until('it has ended', async () => (await ask('/v1/tasks', session)).status === 401);
  await until('it is noted', async () => {
    const { records } = await json(ask('/v1/audit?action=signIn', boss));
    return records.some((one: { actor?: { name: string } }) => one.actor?.name === 'boss of accounts');
  });
});

it('asks people with rights at several places for one, and adds nothing up', async () => {
  const browser = new Browserless();
  const refused = await browser.open(await browser.signInAt(url, 'both'));
  const page = await refused.text();
  expect([refused.status, page]).toEqual([403, expect.stringContaining('Sign in for acme')]);
  const back = await browser.signInAt(url, 'both', '?tenant=acme');
  expect((await browser.open(back)).status).toBe(200);
  const { body } = await sessionOf(browser.cookieOf(url));
  expect(body).toMatchObject({ scopes: ['read'], tenant: 'acme' });
});

it.each([
  ['somebody whose groups have no rights', 'nobody', '', 403, 'Your groups are chess'],
  ['somebody without groups', 'new', '', 403, 'named no groups'],
  ['a tenant without rights there', 'both', '?tenant=initech', 403, 'no rights in initech'],
])('refuses %s, and says why', async (_name, account, query, status, said) => {
  const browser = new Browserless();
  const refused = await browser.open(await browser.signInAt(url, account, query));
  expect([refused.status, await refused.text()]).toEqual([status, expect.stringContaining(said)]);
  expect(browser.cookieOf(url)).toBe('');
});

it('takes what comes back once, in the browser that began, as the provider sent it', async () => {
  const browser = new Browserless();
  const back = await browser.signInAt(url, 'ada');
  expect((await new Browserless().open(back)).status).toBe(400);
  const again = new Browserless();
  const other = await again.signInAt(url, 'ada');
  const mixed = new URL(back);
  mixed.searchParams.set('state', new URL(other).searchParams.get('state') ?? '');
  expect((await browser.open(mixed.href)).status).toBe(400);
  expect((await again.open(other)).status).toBe(200);
  expect((await again.open(other)).status).toBe(400);
  const denied = new Browserless();
  const { searchParams } = new URL(await denied.signInAt(url, 'ada'));
  const no = new URLSearchParams({
    error: 'access_denied',
    state: searchParams.get('state') ?? '',
    iss: provider.issuer,
  });
  expect(await (await denied.open(`${url}/v1/session/oidc/callback?${no}`)).text()).toContain('was cancelled');
});

it('does not begin for a link of another site', async () => {
  const headers = { 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'navigate', 'Sec-Fetch-Dest': 'document' };
  const [answer] = (await once(get(`${url}/v1/session/oidc`, { headers }), 'response')) as [IncomingMessage];
  answer.resume();
  const { location, 'set-cookie': cookie } = answer.headers;
  expect([answer.statusCode, location, cookie]).toEqual([303, '/', undefined]);
});

it('says so when the clocks differ, and when the provider is away', async () => {
  const browser = new Browserless();
  const back = await browser.signInAt(url, 'ada');
  await provider.shiftClock(-7200);
  const refused = await browser.open(back);
  expect([refused.status, await refused.text()]).toEqual([503, expect.stringContaining('clock')]);
  await provider.close();
  const late = new Browserless();
  const away = await late.open(back);
  expect(away.status).toBe(400);
  await api.stop('SIGTERM');
  api = await startRole('api', settings);
  const page = await new Browserless().open(`${url}/v1/session/oidc`);
  expect([page.status, await page.text()]).toEqual([503, expect.stringContaining('does not answer')]);
  const key = await new Keys(harness.artifacts.entries).create({ name: 'k', scopes: ['read'] }, 'test');
  expect(await json(fetch(`${url}/v1/session/oidc`))).toMatchObject({ status: 503, code: 'provider-unavailable' });
  expect((await fetch(`${url}/v1/tasks`, { headers: { Authorization: `Bearer ${key.secret}` } })).status).toBe(200);
});
