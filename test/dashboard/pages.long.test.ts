import { existsSync } from 'node:fs';
import path from 'node:path';
import axe from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { PAGES } from '../../src/api/dashboard';
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
  '/schedules',
  '/queues',
  '/breakers',
  '/webhooks',
  '/types',
];

let harness: Harness;
let api: TestApi;
let browser: Browser;

inBrowser('the dashboard in a browser', () => {
  beforeAll(async () => {
    harness = await Harness.start();
    await harness.startWorkers();
    api = await TestApi.start(harness);
    browser = await openBrowser();
    const { id } = await api.submit('test.parked', { failures: 9, value: HOSTILE }, { tags: ['night'] });
    await api.submit('test.probe', { value: HOSTILE, lines: [HOSTILE] }, {}, { Prefer: 'wait=30' });
    await harness.reaches(id, 'dead-lettered');
    await api.call('PUT', `/v1/views/${encodeURIComponent(HOSTILE.slice(0, 80))}`, {
      json: { page: 'tasks', query: HOSTILE },
    });
    await api.post('/v1/webhook-subscriptions', {
      url: 'https://example.com/',
      events: ['order.*'],
      description: HOSTILE,
    });
    await api.post('/v1/breakers/http:api.example.com/open', { by: HOSTILE.slice(0, 60), reason: HOSTILE });
  });
  afterAll(async () => {
    await browser?.close();
    await api?.close();
    await harness?.close();
  });

  /** A page that has been drawn. */
  async function open(address: string, scheme: 'light' | 'dark' = 'light'): Promise<{ page: Page; faults: string[] }> {
    const page = await browser.newPage({ colorScheme: scheme, bypassCSP: false });
    const faults = faultsOf(page);
    await page.goto(`${api.url}${address}`);
    await page.locator('main h1').first().waitFor();
    return { page, faults };
  }

  it.each(ADDRESSES)('loads %s without an error, and runs no text', async (address) => {
    const { page, faults } = await open(address);
    await page.waitForLoadState('load');
    await until('it has asked for what it shows', async () => (await textOf(page, 'main')).length > 0);
    expect(faults).toEqual([]);
    await page.close();
  });

  it("loads a task's page whose input, log and failure are hostile", async () => {
    const { body } = await api.get('/v1/tasks');
    for (const { id } of body.tasks) {
      const { page, faults } = await open(`/tasks/${encodeURIComponent(id)}`);
      await until('the task is shown', async () => (await textOf(page, 'main')).includes(id.slice(0, 8)));
      expect(faults).toEqual([]);
      await page.close();
    }
  });

  it.each(ADDRESSES.flatMap((address) => [[address, 'light'] as const, [address, 'dark'] as const]))(
    'has nothing on %s that keeps people out (%s)',
    async (address, scheme) => {
      const { page } = await open(address, scheme);
      const violations = await accessFaults(page);
      expect(violations).toEqual([]);
      await page.close();
    },
  );

  it('keeps what was known while the API is away, and goes on when it is back', async () => {
    const own = await TestApi.start(harness);
    const page = await browser.newPage();
    const faults = faultsOf(page);
    await page.goto(`${own.url}/tasks`);
    const rows = page.getByText('test.parked').first();
    await rows.waitFor({ timeout: 30_000 });
    const ownPort = Number(new URL(own.url).port);
    await own.close();
    await until('it says so', async () => /away|cannot be reached|not answer/i.test(await textOf(page, 'body')), 60);
    expect(await rows.isVisible()).toBe(true);
    const back = await TestApi.start(harness, { port: ownPort });
    await until(
      'it is live again',
      async () => !/away|cannot be reached|not answer/i.test(await textOf(page, 'body')),
      60,
    );
    expect(faults.filter((fault) => !/EventSource|net::ERR/.test(fault))).toEqual([]);
    await page.close();
    await back.close();
  });
});

async function textOf(page: Page, place: string): Promise<string> {
  return (await page.locator(place).textContent()) ?? '';
}

/** Rules that the page breaks. It is run as a tester's script: the page's own policy stays as it is. */
async function accessFaults(page: Page): Promise<string[]> {
  const session = await page.context().newCDPSession(page);
  await session.send('Runtime.evaluate', { expression: axe.source });
  const { result } = await session.send('Runtime.evaluate', {
    expression:
      "axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => JSON.stringify(violations.map(({ id, nodes }) => id + ': ' + nodes.map(({ html }) => html.slice(0, 200)).join(' | '))))",
    awaitPromise: true,
    returnByValue: true,
  });
  return JSON.parse(String(result.value)) as string[];
}
