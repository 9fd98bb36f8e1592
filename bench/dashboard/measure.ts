import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser } from 'playwright-core';
import type { Figure } from '../figures';
import { median } from '../figures';

const ROUNDS = 5;
const SCROLL_SECONDS = 10;
const OPEN_SECONDS = 60;
const DRAWN = 60_000;

/** What a person waits for, in a browser of this machine. */
export async function measureDashboard(
  browser: Browser,
  url: string,
  change: () => Promise<unknown>,
): Promise<Figure[]> {
  const first = await overview(browser, url);
  const again: number[] = [];
  for (let round = 0; round < ROUNDS; round++) again.push(await overview(browser, url));
  return [
    {
      what: 'overview drawn, the first of all after the API started',
      unit: 's',
      holdfast: first / 1000,
      aim: { atMost: 1.5 },
    },
    {
      what: `overview drawn, p50 of ${ROUNDS} browsers that come later`,
      unit: 's',
      holdfast: median(again) / 1000,
      aim: { atMost: 1.5 },
    },
    ...(await filters(browser, url)),
    await scrolling(browser, url),
    ...(await calls(browser, url, change)),
  ];
}

/** With what needs a person, the figures of now, the chart and the types. */
async function overview(browser: Browser, url: string): Promise<number> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  const begin = performance.now();
  await page.goto(url);
  await page.locator('.attention, .calm').first().waitFor({ timeout: DRAWN });
  await page.locator('.chart canvas').waitFor({ timeout: DRAWN });
  await page.getByText(/^By type/).waitFor({ timeout: DRAWN });
  const took = performance.now() - begin;
  await context.close();
  return took;
}

async function filters(browser: Browser, url: string): Promise<Figure[]> {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await page.goto(`${url}/tasks`);
  await page.getByRole('row').first().waitFor({ timeout: DRAWN });
  const samples: Record<string, number[]> = {};
  const lines = [
    'type:bench.inline',
    'state:dead-lettered',
    'tenant:acme',
    'tag:order:77',
    'state:failed',
    'code:EXTERNAL_TIMEOUT',
  ];
  for (let round = 0; round < 3; round++) {
    for (const line of lines) {
      await page.getByLabel('Filter by qualifiers').fill(`${line} created:<${20 + round}d`);
      const answered = page.waitForResponse((answer) => answer.url().includes('/v1/tasks?') && answer.ok(), {
        timeout: DRAWN,
      });
      const begin = performance.now();
      await page.keyboard.press('Enter');
      await answered;
      await page.locator('[role=row], main .empty').first().waitFor({ timeout: DRAWN });
      samples[line] = [...(samples[line] ?? []), performance.now() - begin];
    }
  }
  await page.close();
  return lines.map((line) => ({
    what: `filter ${line}, p50 of 3`,
    unit: 's',
    holdfast: median(samples[line] ?? []) / 1000,
    aim: { atMost: 1 },
  }));
}

/** The longest time between two drawn frames while the wheel turns through the list. */
async function scrolling(browser: Browser, url: string): Promise<Figure> {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await page.goto(`${url}/tasks`);
  await page.getByRole('row').first().waitFor({ timeout: DRAWN });
  await page.evaluate(`(() => { let last = performance.now(); window.gap = 0; window.frames = 0;
    const tick = (now) => { window.gap = Math.max(window.gap, now - last); last = now; window.frames++; requestAnimationFrame(tick); };
    requestAnimationFrame(tick); })()`);
  await page.mouse.move(800, 500);
  const end = Date.now() + SCROLL_SECONDS * 1000;
  while (Date.now() < end) {
    await page.mouse.wheel(0, 400);
    await sleep(50);
  }
  const [gap, frames, rows] = (await page.evaluate(
    "[window.gap, window.frames, Number(document.querySelector('[role=grid]').getAttribute('aria-rowcount'))]",
  )) as [number, number, number];
  await page.close();
  const what = `longest frame while ${SCROLL_SECONDS} s are scrolled (${rows} rows read, ${Math.round(frames / SCROLL_SECONDS)} frames a second)`;
  return { what, unit: 'ms', holdfast: gap, aim: { atMost: 1000 } };
}

/** Calls of a page that stays open for a minute while tasks come and end all the time. */
async function calls(browser: Browser, url: string, change: () => Promise<unknown>): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const address of ['/', '/tasks', '/dead-letters', '/queues']) {
    const page = await browser.newPage();
    await page.goto(`${url}${address}`);
    await page.locator('main h1').first().waitFor({ timeout: DRAWN });
    await sleep(5000);
    let asked = 0;
    page.on('request', (request) => {
      if (/\/(v1|version|health)\b/.test(new URL(request.url()).pathname)) asked++;
    });
    const end = Date.now() + OPEN_SECONDS * 1000;
    while (Date.now() < end) {
      await change();
      await sleep(500);
    }
    await page.close();
    figures.push({
      what: `calls a minute of ${address}, while tasks come and end`,
      unit: '',
      holdfast: asked,
      aim: { atMost: 20 },
    });
  }
  return figures;
}
