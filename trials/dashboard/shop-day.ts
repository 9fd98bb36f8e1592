import { setTimeout as sleep } from 'node:timers/promises';
import sharp from 'sharp';
import { until } from '../../test/support/until';
import type { Shop } from './shop';

const NAMES = ['ann', 'bob', 'chidi', 'dora', 'emeka', 'fay', 'goran', 'hana', 'ines', 'jun'];
const TENANTS = ['acme', 'globex', undefined, 'initech'] as const;
const LANGUAGES = ['en', 'de', 'pl'] as const;

const PAYMENTS = 'http:payments.example.com';

const pick = <T>(list: readonly T[], number: number): T => list[number % list.length] as T;

/** What a web shop does in a while, and what goes wrong there. */
export async function liveThrough(shop: Shop, seconds: number): Promise<void> {
  await settings(shop);
  await troubles(shop);
  const end = Date.now() + seconds * 1000;
  for (let order = 4711; Date.now() < end; order++) {
    await ordinary(shop, order);
    // Busy and quiet minutes follow each other.
    await sleep(700 + 600 * Math.sin(Date.now() / 90_000) + (order % 5) * 60);
  }
  await unfinished(shop);
}

async function ordinary(shop: Shop, order: number): Promise<void> {
  const tenant = pick(TENANTS, order);
  const more = { ...(tenant && { tenant }), tags: [`order:${order}`] };
  const email = `${pick(NAMES, order)}@example.com`;
  const lines = [{ article: pick(['Tea, 250 g', 'Kettle', 'Cup, blue'], order), count: 1 + (order % 3) }];
  await shop.submit('order.confirm', { order, email, language: pick(LANGUAGES, order), lines }, more);
  if (order % 3 === 0)
    await shop.submit('payment.capture', { order, cents: 990 + (order % 90) * 55, currency: 'EUR' }, more);
  if (order % 4 === 0) await shop.submit('label.print', { order, printer: 'zebra-1' }, more);
  if (order % 15 === 0) await shop.submit('order.ship', { order, cents: 2490, printer: 'zebra-1' }, more);
  if (order % 25 === 0)
    await shop.submit('report.build', { day: '2026-11-29', of: pick(['sales', 'returns', 'stock'], order / 25) });
  if (order % 60 === 0)
    await shop.submit('order.confirm', { order, email: `${pick(NAMES, order)}@`, language: 'de', lines }, more);
}

async function settings(shop: Shop): Promise<void> {
  const schedule = (order: object) => shop.call('POST', '/v1/schedules', order);
  await schedule({
    id: 'sales-of-yesterday',
    type: 'report.build',
    input: { day: 'yesterday', of: 'sales' },
    cron: '0 6 * * 1-5',
    timeZone: 'Europe/Berlin',
    note: 'Ines reads it at half past six.',
  });
  await schedule({
    id: 'count-rotterdam',
    type: 'stock.sync',
    input: { warehouse: 'Rotterdam', articles: 2400 },
    every: 120,
  });
  await schedule({
    id: 'returns-weekly',
    type: 'report.build',
    input: { day: 'last week', of: 'returns' },
    cron: '0 6 * * 1',
  });
  await schedule({ id: 'archive-monthly', type: 'archive.move', input: { month: 'last' }, cron: '30 2 1 * *' });
  await schedule({
    id: 'stock-hourly',
    type: 'report.build',
    input: { day: 'today', of: 'stock' },
    cron: '15 * * * *',
  });
  await shop.call('POST', '/v1/schedules/returns-weekly/pause', { note: 'The returns desk moves house.' });
  const subscribe = (to: string, events: string[], description: string) =>
    shop.call('POST', '/v1/webhook-subscriptions', { url: shop.receiver.url(to), events, description });
  await subscribe('/ledger', ['order.*'], 'The ledger books what was paid.');
  const ledger = (await shop.call('GET', '/v1/webhook-subscriptions')).subscriptions[0].id;
  for (let order = 4700; order < 4706; order++) {
    const payload = { type: 'order.paid', timestamp: new Date().toISOString(), data: { order } };
    await shop.submit('webhook.deliver', { to: { subscription: ledger }, payload });
  }
  const down = await subscribe('/down', ['order.lost'], 'The old help desk.');
  await shop.call('POST', `/v1/webhook-subscriptions/${down.id}/disable`, {
    by: 'ines',
    reason: 'It is switched off.',
  });
  for (const [name, query] of [
    ['Failed today', 'state:failed created:<24h'],
    ['Payments that wait', 'type:payment.capture state:dead-lettered'],
  ] as const) {
    await shop.call('PUT', `/v1/views/${encodeURIComponent(name)}`, { page: 'tasks', query });
  }
}

/** Dead letters of several kinds, and a queue that nobody serves. */
async function troubles(shop: Shop): Promise<void> {
  await paymentsDown(shop, 5100);
  shop.paymentsUp = true;
  for (let order = 5200; order < 5217; order++)
    await shop.submit('label.print', { order, printer: 'zebra-2' }, { tenant: 'globex' });
  await shop.submit('stock.sync', { warehouse: 'Gdynia', articles: 300 }, { policy: { attempts: 1 } });
  for (const month of ['2025-09', '2025-10', '2025-11']) await shop.submit('archive.move', { month });
  await shop.call('POST', `/v1/breakers/${encodeURIComponent('smtp:mail.shop.example')}/open`, {
    by: 'ines',
    reason: 'The mail server moves house until noon.',
    seconds: 7200,
  });
}

/** Payments fail until their breaker is open; then they wait. */
async function paymentsDown(shop: Shop, first: number): Promise<void> {
  shop.paymentsUp = false;
  const pay = (order: number, more: object) =>
    shop.submit(
      'payment.capture',
      { order, cents: 1990, currency: 'EUR' },
      { tags: [`order:${order}`], tenant: 'acme', ...more },
    );
  for (let order = first; order < first + 5; order++) await pay(order, { policy: { attempts: 1 } });
  const { breakers } = await until(
    'the breaker is open',
    async () => {
      const read = await shop.call('GET', '/v1/breakers');
      return (
        read.breakers.some(({ name, state }: Record<string, string>) => name === PAYMENTS && state === 'open') && read
      );
    },
    120,
  );
  for (let order = first + 5; breakers && order < first + 12; order++) await pay(order, {});
}

/** What is under way when the pictures are taken. */
async function unfinished(shop: Shop): Promise<void> {
  const photo = await sharp({ create: { width: 640, height: 420, channels: 3, background: '#7aa2c8' } })
    .composite([
      {
        input: Buffer.from(
          '<svg width="640" height="420"><circle cx="420" cy="150" r="70" fill="#f4c95d"/><path d="M0 420 180 180 330 330 430 250 640 420z" fill="#2f5d50"/></svg>',
        ),
      },
    ])
    .png()
    .toBuffer();
  await shop.submit(
    'image.convert',
    {
      image: { base64: photo.toString('base64') },
      resize: { width: 480 },
      greyscale: false,
      dither: { algorithm: 'floyd-steinberg', palette: 'black-white' },
    },
    { tags: ['catalogue'] },
  );
  await shop.submit('stock.sync', { warehouse: 'Hamburg', articles: 90_000 }, { tenant: 'acme' });
  await shop.submit('stock.sync', { warehouse: 'Lyon', articles: 64_000 });
  await shop.submit('report.build', { day: '2026-12-01', of: 'sales' }, { delay: 3600 });
  const { id } = await shop.call('POST', '/v1/tasks', {
    type: 'report.build',
    input: { day: '2026-12-02', of: 'stock' },
    delay: 7200,
  });
  await shop.call('POST', `/v1/tasks/${encodeURIComponent(id)}/pause`, {
    by: 'ines',
    reason: 'After the stocktaking.',
  });
  await shop.submit('payment.capture', { order: 5999, cents: 129_900, currency: 'EUR' }, { tenant: 'acme' });
  await shop.submit('order.ship', { order: 9001, cents: 4480, printer: 'zebra-1' }, { tags: ['order:9001'] });
  const tasks = Array.from({ length: 240 }, (_, index) => ({
    type: index % 8 === 7 ? 'label.print' : 'order.confirm',
    input:
      index % 8 === 7
        ? { order: 7000 + index, printer: index % 16 === 7 ? 'zebra-2' : 'zebra-1' }
        : { order: 7000 + index, email: `${pick(NAMES, index)}@${index % 40 === 3 ? '' : 'example.com'}`, lines: [] },
  }));
  await shop.call('POST', '/v1/batches', { id: 'christmas-letters', tasks, limit: 40, by: 'ines' });
  const syncs = Array.from({ length: 12 }, (_, index) => ({
    type: 'stock.sync',
    input: { warehouse: `Shop ${index + 1}`, articles: 20_000 },
  }));
  await shop.call('POST', '/v1/batches', { id: 'stocktaking-2026', tasks: syncs, limit: 4, by: 'goran' });
  const { groups } = await shop.call('GET', '/v1/failure-groups');
  const labels = groups.find(({ type }: { type: string }) => type === 'label.print');
  if (labels) {
    const { fingerprint } = labels;
    await shop.call('POST', '/v1/bulk-actions', {
      action: 'retry',
      filter: { fingerprint },
      canary: true,
      rate: 5,
      by: 'ines',
      reason: 'The driver is set up.',
    });
  }
  await paymentsDown(shop, 5300);
  await until(
    'the batch has gone far',
    async () => (await shop.call('GET', '/v1/batches/christmas-letters')).completed > 100,
    120,
  );
}
