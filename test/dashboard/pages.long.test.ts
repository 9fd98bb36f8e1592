import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { PAGES } from '../../src/api/dashboard';
import { accessFaults } from '../support/access-faults';
import { TestApi } from '../support/api';
import { faultsOf, noBrowser, openBrowser } from '../support/browser';
import { Harness } from '../support/harness';
import { until } from '../support/until';

const notHere = noBrowser ?? (existsSync(path.join(PAGES, 'index.html')) ? undefined : 'The dashboard is not built.');
if (notHere) console.info(`Not tested in a browser: ${notHere}`);
const inBrowser = notHere ? describe.skip : describe;

/** Runs when it is taken for markup, and shows at once. */
const HOSTILE = '"><img src=x onerror=alert(1)><script>alert(2)</script>{{7*7}}';
const ADDRESSES = [
  '/',
  '/tasks',
  '/tasks?q=state:failed',
  '/new',
  '/new?type=test.probe',
  '/dead-letters',
  '/batches',
  '/batches?show=bulk-actions',
  '/schedules',
  '/queues',
  '/breakers',
  '/webhooks',
  '/types',
  '/access',
];
const AWAY = /does not answer|cannot be reached/i;

let harness: Harness;
let api: TestApi;
let browser: Browser;
let failed: string;

inBrowser('the dashboard in a browser', () => {
  beforeAll(async () => {
    harness = await Harness.start();
    await harness.startWorkers();
    api = await TestApi.start(harness);
    browser = await openBrowser();
    await submitHostile();
  });
  afterAll(async () => {
    await browser?.close();
    await api?.close();
    await harness?.close();
  });

  /** Each field that can be given a text of one's own choice gets a hostile one. */
  async function submitHostile(): Promise<void> {
    const parked = await api.submit('test.parked', { failures: 9, value: HOSTILE }, { tags: ['night'] });
    await api.submit('test.probe', { value: HOSTILE, lines: [HOSTILE] }, {}, { Prefer: 'wait=30' });
    const input = { failures: 9, code: 'PERMANENT_VALIDATION', lines: [HOSTILE], value: HOSTILE };
    const key = { 'Idempotency-Key': HOSTILE.replaceAll('"', '') };
    failed = (await api.submit('test.probe', input, { tags: ['seen'] }, key)).id;
    await harness.reaches(parked.id, 'dead-lettered');
    await harness.reaches(failed, 'failed');
    await api.call('PUT', `/v1/views/${encodeURIComponent(HOSTILE.slice(0, 80))}`, {
      json: { page: 'tasks', query: HOSTILE },
    });
    await api.post('/v1/webhook-subscriptions', { url: 'https://example.com/', events: ['*'], description: HOSTILE });
    await api.post('/v1/schedules', { id: 'noted', type: 'test.probe', input: {}, cron: '0 6 * * 1-5', note: HOSTILE });
    await api.post('/v1/breakers/http:api.example.com/open', { by: HOSTILE.slice(0, 60), reason: HOSTILE });
  }

  /** A page that has been drawn, with what it asked for. */
  async function open(address: string, scheme: 'light' | 'dark' = 'light'): Promise<{ page: Page; faults: string[] }> {
    const page = await browser.newPage({ colorScheme: scheme, reducedMotion: 'reduce' });
    const faults = faultsOf(page);
    await page.goto(`${api.url}${address}`);
    await page.locator('main h1').first().waitFor();
    await until('everything is loaded', async () => (await page.locator('.skeleton').count()) === 0);
    return { page, faults };
  }

  it.each(ADDRESSES.flatMap((address) => (['light', 'dark'] as const).map((scheme) => [address, scheme] as const)))(
    '%s in %s loads without an error, runs no text, and keeps nobody out',
    async (address, scheme) => {
      const { page, faults } = await open(address, scheme);
      expect(await accessFaults(page)).toEqual([]);
      expect(faults).toEqual([]);
      await page.close();
    },
  );

  it("loads a task's page whose input, log and failure are hostile", async () => {
    const { body } = await api.get('/v1/tasks');
    for (const { id } of body.tasks) {
      const { page, faults } = await open(`/tasks/${encodeURIComponent(id)}`);
      await until('the task is shown', async () => (await textOf(page, 'main')).includes(id.slice(0, 8)));
      expect(await accessFaults(page)).toEqual([]);
      expect(faults).toEqual([]);
      await page.close();
    }
  });

  it.each<[what: string, address: string, show: (page: Page) => Promise<unknown>]>([
    ['the palette', '/', (page) => page.keyboard.press('Control+k')],
    ['the list of shortcuts', '/', (page) => page.keyboard.press('?')],
    ['a menu', '/schedules', (page) => page.getByRole('button', { name: 'More of noted' }).click()],
    ['a dialog that acts on a breaker', '/breakers', (page) => page.getByRole('button', { name: /^Close / }).click()],
    ['a form of a subscription', '/webhooks', (page) => page.getByRole('button', { name: 'New subscription' }).click()],
    ['selected rows', '/tasks', (page) => page.getByRole('gridcell').getByRole('checkbox').first().check()],
    ['a bulk action', '/tasks?q=state:failed', (page) => page.getByRole('button', { name: /^Act on all/ }).click()],
    ['the policy of a new task', '/new?type=test.probe', (page) => page.locator('summary').last().click()],
    ['a search that is no search', '/tasks?q=foo:bar', (page) => page.getByText('is not a qualifier').waitFor()],
    ['a task that is not there', '/tasks/no-such', (page) => page.getByRole('alert').waitFor()],
  ])('with %s keeps nobody out', async (_what, address, show) => {
    for (const scheme of ['light', 'dark'] as const) {
      const { page } = await open(address, scheme);
      await show(page);
      expect(await accessFaults(page)).toEqual([]);
      await page.close();
    }
  });

  it('is no wider than a telephone', async () => {
    const { page } = await open('/');
    await page.setViewportSize({ width: 360, height: 740 });
    for (const address of ADDRESSES) {
      await page.goto(`${api.url}${address}`);
      await page.locator('main h1').first().waitFor();
      expect([address, await page.evaluate('document.documentElement.scrollWidth')]).toEqual([address, 360]);
    }
    await page.close();
  });

  it('copies a time as the exact one', async () => {
    const { page } = await open(`/tasks/${encodeURIComponent(failed)}`);
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.evaluate("getSelection().selectAllChildren(document.querySelector('main .facts'))");
    await page.keyboard.press('Control+c');
    expect(await page.evaluate('navigator.clipboard.readText()')).toMatch(/Created\s+\d{4}-\d\d-\d\dT[\d:.]+Z\s/);
    await page.close();
  });

  it('goes by keyboard to the tasks, opens one and comes to its retry', async () => {
    const { page } = await open('/');
    await page.keyboard.press('g');
    await page.keyboard.press('t');
    await page.getByRole('grid', { name: 'Tasks' }).getByRole('row').first().waitFor();
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/tasks\/test/);
    await page.goto(`${api.url}/tasks/${encodeURIComponent(failed)}`);
    await page.getByRole('button', { name: 'Retry…' }).waitFor();
    await page.keyboard.press('r');
    const dialog = page.getByRole('dialog');
    await dialog.waitFor();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    await page.close();
  });

  it('keeps what was known while the API is away, and goes on when it is back', async () => {
    const own = await TestApi.start(harness);
    const page = await browser.newPage();
    const faults = faultsOf(page);
    await page.goto(`${own.url}/tasks`);
    const rows = page.getByText('test.parked').first();
    await rows.waitFor({ timeout: 30_000 });
    const ownPort = Number(new URL(own.url).port);
    await own.close();
    await until('it says so', async () => AWAY.test(await textOf(page, 'body')), 60);
    expect(await rows.isVisible()).toBe(true);
    expect(await accessFaults(page)).toEqual([]);
    const back = await TestApi.start(harness, { port: ownPort });
    await until('it is live again', async () => !AWAY.test(await textOf(page, 'body')), 60);
    expect(faults.filter((fault) => !/EventSource|net::ERR/.test(fault))).toEqual([]);
    await page.close();
    await back.close();
  });
});

async function textOf(page: Page, place: string): Promise<string> {
  return (await page.locator(place).textContent()) ?? '';
}
