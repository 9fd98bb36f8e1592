import type { Browser, BrowserContext, Page } from 'playwright-core';
import { Keys } from '../../src/access/keys';
import { accessFaults } from '../support/access-faults';
import { TestApi } from '../support/api';
import { faultsOf, noBrowser, openBrowser } from '../support/browser';
import { Harness } from '../support/harness';
import { startRole } from '../support/processes/role-process';
import type { RunningProcess } from '../support/processes/running-process';
import { OidcProvider } from '../support/servers/oidc';
import { freePort } from '../support/temporal-server';
import { until } from '../support/until';

const describeInBrowser = noBrowser ? describe.skip : describe;
/** What would change something, by the names of the buttons. */
const ACTS =
  /^(Retry|Actions|Act on|Open|Close|Reset|Submit task|New task|New subscription|Rotate|Disable|Enable|Send a test|Pause|Resume|Trigger|Backfill|Stop|Cancel|Revoke|End)\b/;

let harness: Harness;
let api: TestApi;
let browser: Browser;
const secrets = { admin: '', reader: '', acme: '' };
const bearer = () => ({ Authorization: `Bearer ${secrets.admin}` });

beforeAll(async () => {
  if (noBrowser) return;
  harness = await Harness.start();
  await harness.startWorkers();
  const keys = new Keys(harness.artifacts.entries);
  secrets.admin = (await keys.create({ name: 'root', scopes: ['admin'] }, 'test')).secret;
  secrets.reader = (await keys.create({ name: 'guest', scopes: ['read'] }, 'test')).secret;
  secrets.acme = (await keys.create({ name: 'acme', scopes: ['operate', 'submit'], tenant: 'acme' }, 'test')).secret;
  api = await TestApi.start(harness);
  browser = await openBrowser();
});
afterAll(async () => {
  await browser?.close();
  await api?.close();
  await harness?.close();
});

const later = () => api.submit('test.probe', {}, { delay: 3600 }, bearer());
const pageOf = (id: string) => `${api.url}/tasks/${encodeURIComponent(id)}`;
const badge = (page: Page, name: string) => page.locator('h1 .badge', { hasText: name });

/** A browser of its own, signed in at an address. */
async function signedIn(who: keyof typeof secrets, address: string, context?: BrowserContext): Promise<Page> {
  const page = await (context ?? (await browser.newContext({ reducedMotion: 'reduce' }))).newPage();
  await page.goto(address);
  await signIn(page, who);
  return page;
}

async function signIn(page: Page, who: keyof typeof secrets): Promise<void> {
  await page.getByLabel('API key').fill(secrets[who]);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.locator('#content h1').first().waitFor();
}

async function signOut(page: Page): Promise<void> {
  await page.getByRole('button', { name: /^Signed in as/ }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
}

/** Buttons that act, and can be pressed; and those that cannot and do not say why. */
async function acting(page: Page): Promise<string[]> {
  await until('everything is loaded', async () => (await page.locator('.skeleton').count()) === 0);
  const found: string[] = [];
  for (const button of await page.getByRole('button', { name: ACTS }).all()) {
    const name = (await button.getAttribute('aria-label')) ?? (await button.textContent());
    if (await button.isEnabled()) found.push(`${name} can be pressed`);
    else if (!/needs the scope/.test((await button.getAttribute('title')) ?? '')) found.push(`${name} says not why`);
  }
  return found;
}

describeInBrowser('at the dashboard', () => {
  it('who signs in with a key acts in its name, and comes back to the page', async () => {
    const { id } = await later();
    const page = await signedIn('admin', `${pageOf(id)}?tab=policy`);
    const faults = faultsOf(page);
    expect(page.url()).toBe(`${pageOf(id)}?tab=policy`);
    await page.getByRole('button', { name: 'Actions' }).click();
    await page.getByRole('menuitem', { name: 'Pause' }).click();
    await badge(page, 'Paused').waitFor();
    await page.goto(`${api.url}/access?action=pauseTask`);
    await page.getByRole('row', { name: /root.*pauseTask.*done/ }).waitFor();
    expect(await page.getByRole('row', { name: /guest.*active.*read/ }).count()).toBe(1);
    expect(faults).toEqual([]);
    await page.context().close();
  });

  it.each(['light', 'dark'] as const)(
    'keys, sessions and their dialogs keep nobody out, in %s',
    async (colorScheme) => {
      const context = await browser.newContext({ reducedMotion: 'reduce', colorScheme });
      const page = await signedIn('admin', `${api.url}/access`, context);
      await page.getByRole('row', { name: /guest.*active.*read/ }).waitFor();
      expect(await accessFaults(page)).toEqual([]);
      await page.getByRole('button', { name: /^Revoke guest/ }).click();
      expect(await accessFaults(page)).toEqual([]);
      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: /^Signed in as/ }).click();
      expect(await accessFaults(page)).toEqual([]);
      await page.context().close();
    },
  );

  it('who may only read sees nothing to press that acts, and why', async () => {
    const { id } = await later();
    await api.post('/v1/breakers/http%3Aexample/open', { reason: 'to be seen' }, bearer());
    const hook = { url: 'https://example.com/', events: ['*'] };
    await api.post('/v1/webhook-subscriptions', hook, bearer());
    const schedule = { id: 'seen', type: 'test.probe', input: {}, every: 86_400, paused: true };
    await api.post('/v1/schedules', schedule, bearer());
    const page = await signedIn('reader', pageOf(id));
    const seen: Record<string, string[]> = {};
    const places = [
      '/',
      '/tasks?q=state:scheduled',
      '/dead-letters',
      '/batches',
      '/schedules',
      '/breakers',
      '/webhooks',
    ];
    for (const place of [`/tasks/${encodeURIComponent(id)}`, ...places, '/new', '/access']) {
      await page.goto(`${api.url}${place}`);
      await page.locator('#content h1').first().waitFor();
      const wrong = await acting(page);
      if (wrong.length > 0) seen[place] = wrong;
    }
    expect(seen).toEqual({});
    await page.getByText('guest may not do this: it needs the scope admin.').waitFor();
    expect(await page.getByRole('link', { name: 'Access' }).count()).toBe(0);
    await page.context().close();
  });

  it("a tenant's own people see what is theirs, and no errors for what is not", async () => {
    const page = await signedIn('acme', `${api.url}/`);
    await page.getByText("not for a tenant's own people").waitFor();
    expect(await page.getByRole('link', { name: 'Breakers' }).count()).toBe(0);
    await page.getByRole('link', { name: 'Tasks' }).first().click();
    await page.getByRole('heading', { name: 'No tasks yet' }).waitFor();
    expect(await page.locator('.empty.error').count()).toBe(0);
    await page.context().close();
  });

  it('a session that is over in the middle of a page leads to signing in, and back to it', async () => {
    const address = `${api.url}/tasks?q=state%3Ascheduled`;
    const page = await signedIn('admin', address);
    await page.context().clearCookies();
    await page.getByRole('button', { name: 'Failed' }).click();
    await page.getByRole('heading', { name: /^Sign in/ }).waitFor();
    const left = page.url();
    await signIn(page, 'admin');
    expect(page.url()).toBe(left);
    expect(await page.getByRole('button', { name: 'Failed' }).getAttribute('aria-pressed')).toBe('true');
    await page.context().close();
  });

  it('two tabs: what one does shows in the other, signing out and in too', async () => {
    const { id } = await later();
    const one = await signedIn('admin', pageOf(id));
    const other = await one.context().newPage();
    await other.goto(pageOf(id));
    await badge(other, 'Scheduled').waitFor();
    await one.getByRole('button', { name: 'Actions' }).click();
    await one.getByRole('menuitem', { name: 'Pause' }).click();
    await badge(other, 'Paused').waitFor();
    await signOut(one);
    await other.getByRole('heading', { name: /^Sign in/ }).waitFor();
    await signIn(other, 'reader');
    await one.getByRole('button', { name: 'Signed in as guest' }).waitFor();
    expect(await acting(one)).toEqual([]);
    await one.context().close();
  });

  it('what was overtaken says what happened meanwhile, and shows the new state', async () => {
    const { id } = await later();
    const page = await signedIn('admin', pageOf(id));
    await page.getByRole('button', { name: 'Actions' }).click();
    await page.getByRole('menuitem', { name: /^Cancel/ }).click();
    await api.post(`${api.task(id)}/fail`, { reason: 'not needed any more' }, bearer());
    await until('it has ended', async () => (await api.get(api.task(id), bearer())).body.state === 'failed');
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel', exact: true }).click();
    await page.getByRole('dialog').getByText('Meanwhile it is: Failed.').waitFor();
    await badge(page, 'Failed').waitFor();
    await page.context().close();
  });
});

describeInBrowser('with an account of the organisation', () => {
  let provider: OidcProvider;
  let process: RunningProcess;
  let url: string;

  beforeAll(async () => {
    const port = await freePort();
    url = `http://127.0.0.1:${port}`;
    provider = await OidcProvider.start(port, { ada: ['operators'], eve: ['others'] });
    process = await startRole('api', {
      ...harness.env,
      HOLDFAST_ARTIFACTS: harness.artifacts.folder,
      HOLDFAST_PORT: String(port),
      ...provider.settings({ operators: { scopes: ['operate'] } }),
    });
  });
  afterAll(async () => {
    await process?.stop('SIGTERM');
    await provider?.close();
  });

  const authenticate = async (page: Page, account: string) => {
    await page.getByRole('link', { name: 'Sign in with your organisation' }).click();
    await page.locator('input[name=login]').fill(account);
    await page.locator('input[name=password]').fill('any');
    await page.locator('button[type=submit]').click();
    await page.getByRole('button', { name: 'Continue' }).click();
  };

  it('signs in at the real provider and comes back to the page, also with strict cookies', async () => {
    const page = await (await browser.newContext()).newPage();
    const faults = faultsOf(page);
    await page.goto(`${url}/tasks?q=state%3Afailed`);
    await authenticate(page, 'ada');
    await page.getByRole('button', { name: 'Signed in as ada of accounts' }).waitFor();
    expect(page.url()).toBe(`${url}/tasks?q=state%3Afailed`);
    const cookies = (await page.context().cookies(url)).filter(({ name }) => name.startsWith('holdfast'));
    expect(cookies).toMatchObject([{ name: 'holdfast_session', httpOnly: true, sameSite: 'Strict' }]);
    await page.goto(`${url}/webhooks`);
    expect(await page.getByRole('button', { name: 'New subscription' }).isEnabled()).toBe(true);
    await signOut(page);
    await page.getByRole('heading', { name: /^Sign in/ }).waitFor();
    expect(faults).toEqual([]);
    await page.context().close();
  });

  it('whose groups have no rights reads why, and comes back to signing in', async () => {
    const page = await (await browser.newContext()).newPage();
    await page.goto(`${url}/`);
    await authenticate(page, 'eve');
    await page.getByText('Your groups are others.').waitFor();
    await page.getByRole('link', { name: 'Back to signing in' }).click();
    await page.getByRole('heading', { name: /^Sign in/ }).waitFor();
    await page.context().close();
  });
});
