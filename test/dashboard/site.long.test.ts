import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { AxeResults } from 'axe-core';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { API_CONTRACTS, TestApi } from '../support/api';
import { DashboardSite } from '../support/dashboard-site';
import { writeFile } from '../support/file-task';
import { Harness } from '../support/harness';
import { probeHandlers } from '../support/probe-tasks';
import { until } from '../support/until';

const AXE = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const HOSTILE = '<script>hit=1</script>"\'><img src=x onerror=hit=2>';
const PAGES = ['/', '/tasks', '/new', '/dead-letters', '/batches', '/batches?show=bulk-actions', '/schedules'].concat([
  '/queues',
  '/breakers',
  '/webhooks',
  '/types',
]);

let harness: Harness;
let api: TestApi;
let site: DashboardSite;
let browser: Browser;
let folder: string;
let failed: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'holdfast-dashboard-'));
  harness = await Harness.start();
  const handlers = { ...probeHandlers, 'test.file': writeFile as never };
  await harness.startWorkers({ contracts: API_CONTRACTS, handlers });
  api = await TestApi.start(harness);
  site = await DashboardSite.start(api.url, folder);
  browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] });
  failed = await submitHostile();
});
afterAll(async () => {
  await browser?.close();
  await site?.close();
  await api?.close();
  await harness?.close();
  await rm(folder, { recursive: true, force: true });
});

/** What can be given a text of one's own choice gets a hostile one. */
async function submitHostile(): Promise<string> {
  const key = { 'Idempotency-Key': HOSTILE.replaceAll('"', '') };
  const input = { failures: 9, code: 'PERMANENT_VALIDATION', lines: [HOSTILE], value: HOSTILE };
  const task = await api.submit('test.probe', input, { tags: ['seen'] }, key);
  await api.post('/v1/webhook-subscriptions', { url: 'https://example.com/', events: ['*'], description: HOSTILE });
  await api.post('/v1/schedules', { id: 'noted', type: 'test.probe', input: {}, cron: '0 6 * * 1-5', note: HOSTILE });
  await api.post('/v1/breakers/http%3Aexample/open', { reason: HOSTILE, by: HOSTILE });
  await until('it has failed', async () => (await api.get(api.task(task.id))).body.state === 'failed');
  return task.id;
}

interface Visit {
  page: Page;
  context: BrowserContext;
  /** What the browser refused or did not survive. */
  faults: string[];
}

async function open(address: string, colorScheme: 'light' | 'dark' = 'light'): Promise<Visit> {
  const context = await browser.newContext({ colorScheme, reducedMotion: 'reduce' });
  const page = await context.newPage();
  const faults: string[] = [];
  page.on('pageerror', ({ message }) => faults.push(message));
  page.on('console', (line) => /Content Security Policy/.test(line.text()) && faults.push(line.text()));
  await page.goto(`${site.url}${address}`);
  await page.locator('main h1, main .empty').first().waitFor();
  await until('everything is loaded', async () => (await page.locator('.skeleton').count()) === 0);
  return { page, context, faults };
}

/** Evaluated from outside, since the page's policy lets no script in. */
async function violations({ page, context }: Visit): Promise<string[]> {
  const session = await context.newCDPSession(page);
  await session.send('Runtime.evaluate', { expression: AXE });
  const run = '(window.axe).run({ resultTypes: ["violations"] })';
  const { violations } = (await page.evaluate(run)) as AxeResults;
  return violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
}

describe('every page', () => {
  const each = PAGES.flatMap((address) => (['light', 'dark'] as const).map((theme) => [address, theme] as const));

  it.each(each)('%s in %s: accessible, within its policy, hostile texts are text', async (address, theme) => {
    const visit = await open(address, theme);
    expect(await violations(visit)).toEqual([]);
    expect(await visit.page.evaluate('window.hit')).toBeUndefined();
    expect(visit.faults).toEqual([]);
    await visit.context.close();
  });

  it('is as wide as a telephone', async () => {
    const { page, context } = await open('/');
    await page.setViewportSize({ width: 360, height: 740 });
    for (const address of PAGES) {
      await page.goto(`${site.url}${address}`);
      await page.locator('main h1').first().waitFor();
      expect([address, await page.evaluate('document.documentElement.scrollWidth')]).toEqual([address, 360]);
    }
    await context.close();
  });
});

describe('by keyboard', () => {
  it('goes to the tasks, opens one and comes to its retry', async () => {
    const { page, context } = await open('/');
    await page.keyboard.press('g');
    await page.keyboard.press('t');
    await page.getByRole('row').first().waitFor();
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/tasks\/test/);
    await page.goto(`${site.url}/tasks/${encodeURIComponent(failed)}`);
    await page.getByRole('button', { name: 'Retry…' }).waitFor();
    await page.keyboard.press('r');
    const dialog = page.getByRole('dialog');
    await dialog.waitFor();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    await context.close();
  });
});

describe('the API away', () => {
  it('keeps what was known, says so, and goes on when it is back', async () => {
    const { page, context } = await open('/types');
    site.away = true;
    await page.evaluate('document.dispatchEvent(new Event("visibilitychange"))');
    const notice = page.getByText('The API does not answer.');
    await notice.waitFor();
    expect(await page.getByRole('heading', { name: 'Types', exact: true }).isVisible()).toBe(true);
    site.away = false;
    await until('the notice is gone', async () => (await notice.count()) === 0);
    await context.close();
  });
});
