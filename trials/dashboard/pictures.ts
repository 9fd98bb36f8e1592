import type { Page } from 'playwright-core';
import { until } from '../../test/support/until';
import type { Camera } from './camera';
import type { Shop } from './shop';

interface Picture {
  name: string;
  address: string;
  width?: number;
  height?: number;
  dark?: boolean;
  /** What is done on the page before. */
  first?(page: Page): Promise<unknown>;
}

const dialog = (page: Page) => page.getByRole('dialog');

/** A task of a kind, by the API. */
async function find(shop: Shop, query: string): Promise<string> {
  const { tasks } = await shop.call('GET', `/v1/tasks?limit=1&${query}`);
  if (!tasks[0]) throw new Error(`There is no task for ${query}`);
  return `/tasks/${encodeURIComponent(tasks[0].id)}`;
}

async function picturesOf(shop: Shop): Promise<Picture[]> {
  const letter = await find(shop, 'type=payment.capture&state=dead-lettered');
  const failed = await find(shop, 'type=order.confirm&state=failed');
  const photo = await find(shop, 'type=image.convert&state=completed');
  const order = await find(shop, 'type=order.ship');
  const count = await find(shop, 'type=stock.sync&state=completed');
  const { bulkActions } = await shop.call('GET', '/v1/bulk-actions?limit=1');
  return [
    { name: 'overview', address: '/', height: 1280 },
    { name: 'overview-dark', address: '/', height: 1280, dark: true },
    { name: 'overview-telephone', address: '/', width: 390, height: 844 },
    { name: 'tasks', address: '/tasks' },
    { name: 'tasks-telephone', address: '/tasks', width: 390, height: 844 },
    { name: 'tasks-bulk', address: '/tasks?q=type:label.print+state:dead-lettered', first: countFirst },
    { name: 'bulk-action', address: `/bulk-actions/${encodeURIComponent(bulkActions[0].id)}` },
    { name: 'task', address: letter },
    { name: 'task-dark', address: letter, dark: true },
    { name: 'task-telephone', address: letter, width: 390, height: 844 },
    { name: 'task-input', address: `${failed}?tab=input`, height: 760 },
    { name: 'task-retry', address: failed, first: edit },
    { name: 'task-result', address: `${photo}?tab=result` },
    { name: 'task-table', address: `${count}?tab=result`, height: 760 },
    { name: 'task-related', address: `${order}?tab=related`, height: 640 },
    { name: 'new-task', address: '/new?type=order.confirm', height: 1000 },
    { name: 'dead-letters', address: '/dead-letters' },
    { name: 'batches', address: '/batches', height: 700 },
    { name: 'schedules', address: '/schedules', height: 1000 },
    { name: 'schedules-backfill', address: '/schedules', first: backfill },
    { name: 'queues', address: '/queues' },
    { name: 'breakers', address: '/breakers', height: 560 },
    { name: 'webhooks', address: '/webhooks' },
    { name: 'types', address: '/types?type=payment.capture', height: 1100 },
    { name: 'palette', address: '/', height: 700, first: (page) => page.keyboard.press('Control+k') },
  ];
}

async function countFirst(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Act on all that match…' }).click();
  await dialog(page).getByRole('button', { name: 'The cause is gone' }).click();
  await dialog(page).getByRole('button', { name: 'Count first' }).click();
  await dialog(page).locator('.preview').waitFor();
}

async function edit(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Retry…' }).click();
  await dialog(page)
    .getByRole('button', { name: /^Edit its input/ })
    .click();
  await dialog(page)
    .getByLabel(/^email/)
    .fill('ann@example.com');
  await dialog(page).getByRole('button', { name: 'Show the difference' }).click();
  await dialog(page).getByRole('region', { name: 'What changes' }).waitFor();
}

async function backfill(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'More of sales-of-yesterday' }).click();
  await page.getByRole('menuitem', { name: /^Backfill/ }).click();
  await dialog(page).locator('.times, .preview').first().waitFor();
}

/** What a figure says of itself that was made long ago, or in part. */
const OLD = /Counted \d+ min|only part|still being/;

/** Every page with what the shop has lived through. */
export async function takePictures(shop: Shop, camera: Camera): Promise<void> {
  for (const { name, address, first, ...view } of await picturesOf(shop)) {
    const page = await camera.open(view);
    await page.goto(`${shop.url}${address}`);
    await page.getByTitle(/^Live/).waitFor();
    await until(
      'its figures are new and whole',
      async () => !OLD.test((await page.locator('main').textContent()) ?? ''),
      120,
    );
    await first?.(page);
    await camera.take(page, name);
    await page.close();
  }
}
