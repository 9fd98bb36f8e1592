import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Browser, BrowserContext, Page, Request } from 'playwright-core';
import { z } from 'zod';
import type { Handler } from '../../src/activities/attempt/handler';
import { PAGES } from '../../src/api/dashboard';
import { TaskClient } from '../../src/client/task-client';
import { artifactHash } from '../../src/tasks/artifact-schema';
import { defineContract } from '../../src/tasks/contract';
import { TestApi } from '../support/api';
import { faultsOf, noBrowser, openBrowser } from '../support/browser';
import { Harness } from '../support/harness';
import { probeContracts, probeHandlers } from '../support/probe-tasks';
import { until } from '../support/until';

const here = !noBrowser && existsSync(path.join(PAGES, 'index.html'));
const inBrowser = here ? describe : describe.skip;

const fileSize = defineContract({
  type: 'test.file-size',
  summary: 'Measures a file.',
  category: 'default',
  input: z.strictObject({ file: artifactHash, note: z.string().default('') }),
  output: z.object({ bytes: z.number() }),
  example: { file: `sha256:${'0'.repeat(64)}`, note: 'made by hand' },
});
const measure: Handler<typeof fileSize> = async ({ file }, { artifacts }) => ({
  bytes: (await artifacts.read(file)).length,
});
const CONTRACTS = [...probeContracts, fileSize];

let harness: Harness;
let api: TestApi;
let browser: Browser;
let context: BrowserContext;
let page: Page;
let faults: string[];

inBrowser('a person at the dashboard', () => {
  beforeAll(async () => {
    harness = await Harness.start();
    const handlers = { ...probeHandlers, [fileSize.type]: measure as unknown as Handler };
    await harness.startWorkers({ contracts: CONTRACTS, handlers });
    const { temporal: client, artifacts } = harness;
    const tasks = new TaskClient({ client, contracts: CONTRACTS, artifacts, deadline: 10 });
    api = await TestApi.start(harness, { contracts: CONTRACTS, tasks });
    browser = await openBrowser();
    context = await browser.newContext({ viewport: { width: 1280, height: 900 }, reducedMotion: 'reduce' });
    context.setDefaultTimeout(60_000);
  });
  beforeEach(async () => {
    page = await context.newPage();
    faults = faultsOf(page);
  });
  afterEach(async () => {
    expect(faults).toEqual([]);
    await page.close();
  });
  afterAll(async () => {
    await browser?.close();
    await api?.close();
    await harness?.close();
  });

  const open = async (address: string) => {
    await page.goto(`${api.url}${address}`);
    await page.locator('main h1').first().waitFor();
  };
  const button = (name: string | RegExp) => page.getByRole('button', { name });
  const dialog = () => page.getByRole('dialog');
  const inDialog = (name: string | RegExp) => dialog().getByRole('button', { name });
  /** Of one page each, so that no flow meets what another has left. */
  const failed = async (value: string) => {
    const task = await api.submit('test.probe', { failures: 9, code: 'PERMANENT_VALIDATION', value });
    return harness.reaches(task.id, 'failed');
  };
  const parked = async (count: number, tag: string, code: string) => {
    const ids: string[] = [];
    for (let number = 0; number < count; number++) {
      ids.push((await api.submit('test.parked', { failures: 9, code }, { tags: [tag] })).id);
    }
    for (const id of ids) await harness.reaches(id, 'dead-lettered');
    await until('all are listed', async () => {
      const { body } = await api.get(`/v1/tasks?tag=${tag}&state=dead-lettered`);
      return body.tasks.length === count;
    });
    return ids;
  };

  it('retries with an input that was corrected in a form, after the difference was shown', async () => {
    const { id } = await failed('before');
    await open(`/tasks/${encodeURIComponent(id)}`);
    await button('Retry…').click();
    await inDialog('Edit its input…').click();
    await dialog()
      .getByLabel(/^failures/)
      .fill('0');
    await inDialog('Show the difference').click();
    const lines = dialog().getByRole('region', { name: 'What changes' });
    expect(await lines.textContent()).toMatch(/removed:.*"failures": 9.*added:.*"failures": 0/s);
    await dialog()
      .getByLabel(/^Reason/)
      .fill('a typing error');
    await inDialog('Retry with this input').click();
    await page.locator('main .badge.state-completed').first().waitFor();
    await page.getByText(/a typing error/).waitFor();
    expect((await api.get(api.task(id))).body.result.value).toBe('before');
  });

  it('says what happened meanwhile when a task is not any more what the page showed', async () => {
    const { id } = await failed('twice');
    await open(`/tasks/${encodeURIComponent(id)}`);
    await button('Retry…').click();
    await api.post(`${api.task(id)}/resolve`, { result: { value: 1, attempt: 1 }, by: 'ann', reason: 'by hand' });
    await harness.reaches(id, 'completed');
    await inDialog('Retry').click();
    await dialog()
      .getByText(/Meanwhile it is: Completed/)
      .waitFor();
    await page.keyboard.press('Escape');
    await page.locator('main .badge.state-completed').first().waitFor();
  });

  it('acts on selected rows, then on all that match: counted first, each outcome on a page of its own', async () => {
    const ids = await parked(5, 'shelf', 'EXTERNAL_TIMEOUT');
    await open('/tasks?q=tag%3Ashelf+state%3Adead-lettered');
    for (const id of ids.slice(0, 2)) await page.getByLabel(`Select ${id}`).check();
    await button('Act on them…').click();
    await dialog().getByLabel('Action').selectOption('cancel');
    await dialog()
      .getByLabel(/^Reason/)
      .fill('not wanted');
    await inDialog('Count first').click();
    await dialog().getByText('2 tasks', { exact: true }).waitFor();
    await inDialog('Cancel 2').click();
    await page.waitForURL(/\/bulk-actions\//);
    await until('both outcomes are there', async () => (await page.getByRole('cell', { name: 'done' }).count()) === 2);

    await open('/tasks?q=tag%3Ashelf+state%3Adead-lettered');
    await button('Act on all that match…').click();
    await dialog().getByLabel('Action').selectOption('resolve');
    await dialog()
      .getByLabel(/^Reason/)
      .fill('done by hand');
    await dialog().getByLabel('Result, as JSON').fill('{"value": 7, "attempt": 1}');
    await dialog().getByLabel('Tasks a second').fill('50');
    await until('the list has settled', async () => {
      await inDialog('Count first').click();
      await inDialog('Back').waitFor();
      if (await dialog().getByText('3 tasks', { exact: true }).isVisible()) return true;
      await inDialog('Back').click();
      return false;
    });
    await inDialog('Resolve 3').click();
    await page.waitForURL(/\/bulk-actions\//);
    await until('all outcomes are there', async () => (await page.getByRole('cell', { name: 'done' }).count()) === 3);
    for (const id of ids.slice(2)) expect((await api.get(api.task(id))).body).toMatchObject({ state: 'completed' });
  });

  it('retries a group of dead letters, one of them first', async () => {
    await parked(3, 'group', 'CONFIG_MISSING_SETTING');
    await open('/dead-letters?q=tag%3Agroup');
    await button(/^Retry test\.parked CONFIG_MISSING_SETTING/).click();
    expect(
      await dialog()
        .getByLabel(/^One task first/)
        .isChecked(),
    ).toBe(true);
    await dialog()
      .getByLabel(/^Reason/)
      .fill('the setting is there');
    await inDialog('Count first').click();
    await inDialog(/^Retry \d+/).click();
    await page.waitForURL(/\/bulk-actions\//);
    // The failure comes back with the first of them: the others are left alone.
    await page
      .getByText(/stopped/i)
      .first()
      .waitFor();
    await until('one outcome is there', async () => (await page.locator('main tbody tr').count()) >= 1);
  });

  it('submits a task by its form, with a file that is dropped on it', async () => {
    await open('/new?type=test.file-size');
    const data = await page.evaluateHandle(`(() => {
      const transfer = new DataTransfer();
      transfer.items.add(new File(['twelve bytes'], 'note.txt', { type: 'text/plain' }));
      return transfer;
    })()`);
    await page.locator('.drop').dispatchEvent('drop', { dataTransfer: data });
    const hash = page.getByLabel('file', { exact: true });
    await until('its hash is in the form', async () => !(await hash.inputValue()).endsWith('0000'));
    expect(await page.getByText(/curl -s/).textContent()).toContain(await hash.inputValue());
    await button('Submit task').click();
    await page.waitForURL(/\/tasks\/test\.file-size/);
    await page.locator('main .badge.state-completed').first().waitFor();
    await page.getByRole('tab', { name: 'Result' }).click();
    await page.getByText('12', { exact: true }).waitFor();
  });

  it('runs a schedule now, and shows the times of a backfill before it starts them', async () => {
    // Far from now, or its own run would be listed too.
    const minute = (new Date().getUTCMinutes() + 30) % 60;
    await api.post('/v1/schedules', {
      id: 'hourly',
      type: 'test.probe',
      input: { value: 1 },
      cron: `${minute} * * * *`,
    });
    await open('/schedules');
    await button('More of hourly').click();
    await page.getByRole('menuitem', { name: /^Run now/ }).click();
    await inDialog('Run now').click();
    await page.getByText('hourly runs now.').waitFor();
    await until('its run is listed', async () => {
      return (await api.get('/v1/tasks?tag=schedule:hourly')).body.tasks.length === 1;
    });
    await button('More of hourly').click();
    await page.getByRole('menuitem', { name: /^Backfill/ }).click();
    const yesterday = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);
    await dialog().getByLabel('From').fill(`${yesterday}T00:00`);
    await dialog().getByLabel('To').fill(`${yesterday}T03:00`);
    await dialog().getByText('3 times', { exact: true }).waitFor();
    expect(await dialog().locator('.times li').count()).toBe(3);
    await inDialog(/^Make up for up to 3/).click();
    await page.getByText('3 started, 0 were there already.').waitFor();
  });

  it('opens and closes a breaker, each with a reason', async () => {
    const breaker = 'http:flows.example.com';
    await api.post(`/v1/breakers/${breaker}/open`, { by: 'ann', reason: 'maintenance' });
    await open('/breakers');
    await button(`Close ${breaker}`).click();
    expect(await inDialog('Close').last().isDisabled()).toBe(true);
    await dialog()
      .getByLabel(/^Reason/)
      .fill('mended');
    await inDialog('Close').last().click();
    await page.getByText('Closed by dashboard: mended').waitFor();
    await button(`Open ${breaker}`).click();
    await dialog()
      .getByLabel(/^For minutes/)
      .fill('5');
    await dialog()
      .getByLabel(/^Reason/)
      .fill('broken again');
    await inDialog('Open').click();
    await page.getByText('Opened by dashboard: broken again').waitFor();
  });

  it('shows the new secret of a webhook once', async () => {
    const made = await api.post('/v1/webhook-subscriptions', { url: 'https://example.com/', events: ['flow.*'] });
    await open('/webhooks');
    await button('Rotate secret…').click();
    await inDialog('Rotate').click();
    const secret = await dialog().locator('pre').textContent();
    expect(secret).toMatch(/^whsec_/);
    expect(secret).not.toBe(made.body.secret);
    await inDialog('I have kept it').click();
    expect(await page.content()).not.toContain(secret);
  });

  it('completes a search, and keeps it as a view', async () => {
    await open('/tasks');
    const line = page.getByLabel('Filter by qualifiers');
    const offered = () =>
      page.locator('datalist option').evaluateAll((all) => all.map((one) => one.getAttribute('value')));
    await line.fill('sta');
    expect(await offered()).toEqual(['state:']);
    await line.fill('tag:night state:de');
    expect(await offered()).toEqual(['tag:night state:dead-lettered']);
    await line.fill('tag:night state:dead-lettered');
    await line.press('Enter');
    await page.waitForURL(/q=tag/);
    await button('Views').click();
    await page.getByRole('menuitem', { name: 'Save this search…' }).click();
    await dialog().getByLabel('Name').fill('The night');
    await inDialog('Save').click();
    await button('The night').waitFor();
    await open('/tasks');
    await button('Views').click();
    await page.getByRole('menuitem', { name: /^The night/ }).click();
    await page.waitForURL(/q=tag/);
  });

  it('leaves the rows where they are while new ones come', async () => {
    await api.submit('test.probe', {}, { tags: ['still'] }, { Prefer: 'wait=30' });
    await open('/tasks?q=tag%3Astill');
    const first = page.getByRole('row').first();
    const read = await first.textContent();
    for (let more = 0; more < 2; more++) await api.submit('test.probe', {}, { tags: ['still'] });
    await button('2 new').click();
    await until('all are shown', async () => (await page.getByRole('row').count()) === 3);
    expect(read).toContain('test.probe');
  });

  it('asks nothing while its tab is hidden, and is up to date when it is seen again', async () => {
    const hidden = "localStorage.getItem('hidden') === 'yes'";
    const content = `Object.defineProperties(document, { hidden: { get: () => ${hidden} },
      visibilityState: { get: () => (${hidden} ? 'hidden' : 'visible') } })`;
    await page.addInitScript({ content });
    await open('/tasks?q=tag%3Aunseen');
    await page.getByTitle(/^Live/).waitFor();
    const show = (seen: boolean) => {
      const set = `localStorage.setItem('hidden', '${seen ? 'no' : 'yes'}')`;
      return page.evaluate(`${set}; document.dispatchEvent(new Event('visibilitychange'))`);
    };
    const asked: string[] = [];
    const gone = page.waitForEvent('requestfailed', (request: Request) => request.url().endsWith('/v1/live'));
    await show(false);
    await gone;
    page.on('request', (request) => asked.push(request.url()));
    const { id } = await api.submit('test.probe', {}, { tags: ['unseen'] }, { Prefer: 'wait=30' });
    // The stream would have said so by now: it looks every three seconds.
    const changed = await fetch(`${api.url}/v1/live`, { headers: { Accept: 'text/event-stream' } });
    const other = api.submit('test.probe', {}, {}, { Prefer: 'wait=30' });
    for await (const piece of changed.body ?? []) if (Buffer.from(piece).includes('event: changed')) break;
    await other;
    expect(asked).toEqual([]);
    await show(true);
    await page.getByTitle(id).waitFor();
  });

  it('goes anywhere by the palette, by keys alone', async () => {
    await open('/');
    await page.keyboard.press('Control+k');
    await dialog().getByRole('combobox').waitFor();
    await page.keyboard.type('dead let');
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/dead-letters$/);
    await page.keyboard.press('?');
    await dialog().getByText('Next / previous row').waitFor();
    await page.keyboard.press('Escape');
    await dialog().waitFor({ state: 'detached' });
  });

  it('selects rows and retries them, by keys alone', async () => {
    for (const value of ['one', 'two']) {
      const { id } = await api.submit(
        'test.probe',
        { failures: 9, code: 'PERMANENT_LOGIC', value },
        { tags: ['keys'] },
      );
      await harness.reaches(id, 'failed');
    }
    await open('/');
    await page.keyboard.press('g');
    await page.keyboard.press('t');
    await page.waitForURL(/\/tasks$/);
    await page.getByLabel('Filter by qualifiers').waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type('tag:keys state:failed');
    await page.keyboard.press('Enter');
    await page.waitForURL(/q=tag/);
    await until('both are listed', async () => (await page.getByRole('row').count()) === 2);
    await page.evaluate('document.activeElement.blur()');
    for (const key of ['j', 'x', 'j', 'x', 'k']) await page.keyboard.press(key);
    expect(await page.locator('[role=row][aria-selected=true]').count()).toBe(2);
    await page.keyboard.press('r');
    await dialog().waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.type('by keys');
    await page.keyboard.press('Enter');
    await dialog().getByText('2 tasks', { exact: true }).waitFor();
    await until('its button has the focus', async () => {
      await page.keyboard.press('Tab');
      return (await page.evaluate('document.activeElement.textContent.trim()')) === 'Retry 2';
    });
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/bulk-actions\//);
  });

  it('retries the task of a page, by keys alone', async () => {
    const { id } = await failed('by key');
    await open(`/tasks/${encodeURIComponent(id)}`);
    await button('Retry…').waitFor();
    await page.keyboard.press('r');
    await dialog().waitFor();
    await page.keyboard.type('once more');
    await page.keyboard.press('Enter');
    await page.getByText('Retry: accepted.').waitFor();
    await page
      .getByText(/once more/)
      .first()
      .waitFor();
  });
});
