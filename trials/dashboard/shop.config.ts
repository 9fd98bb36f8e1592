import { setTimeout as sleep } from 'node:timers/promises';
import { Configuration, defineApp, defineTask, External, OutcomeUnknown, Permanent, Transient } from 'holdfast';
import { z } from 'zod';
import { images, webhooks } from '../../src/catalogue/packs';

const PAYMENTS = process.env.SHOP_PAYMENTS ?? 'http://127.0.0.1:9';
const address = z.string().min(3).meta({ description: 'Where the customer reads mail.' });

const orderConfirm = defineTask({
  type: 'order.confirm',
  summary: 'Writes to a customer that the order has arrived.',
  input: z.object({
    order: z.int().min(1).meta({ description: 'Number of the order.' }),
    email: address,
    language: z.enum(['en', 'de', 'pl']).default('en'),
    lines: z.array(z.object({ article: z.string(), count: z.int().min(1) })).max(20),
    gift: z.boolean().default(false),
  }),
  output: z.object({ message: z.string(), lines: z.int() }),
  example: { order: 4711, email: 'ann@example.com', language: 'en', lines: [{ article: 'Tea, 250 g', count: 2 }] },
  describe: ({ order, email }) => `Order ${order} to ${email}`,
  retry: { attempts: 3, firstDelay: '2s' },
  async run({ order, email, lines }, { progress, log, attempt }) {
    if (!/^[^@\s]+@[^@\s]+\.[a-z]+$/.test(email)) throw new Permanent(`"${email}" is not an address.`);
    progress(40, 'writing');
    await sleep(120 + (order % 7) * 90);
    if (order % 97 === 0 && attempt < 3) throw new Transient('The mail server asks to slow down.', { retryAfter: 4 });
    log.info('The mail is written', { order, lines: lines.length });
    return { message: `<${order}@shop.example>`, lines: lines.length };
  },
});

const paymentCapture = defineTask({
  type: 'payment.capture',
  summary: 'Takes the money of an order.',
  category: 'high',
  input: z.object({ order: z.int().min(1), cents: z.int().min(1), currency: z.enum(['EUR', 'PLN', 'USD']) }),
  output: z.object({ receipt: z.string() }),
  example: { order: 4711, cents: 2490, currency: 'EUR' },
  describe: ({ order, cents, currency }) => `${(cents / 100).toFixed(2)} ${currency} of order ${order}`,
  retry: { attempts: 2, firstDelay: '1s' },
  redrives: { external: ['45m', '3h'], unknown: [] },
  async run({ order }, { guard, signal }) {
    if (order % 1000 === 999) throw new OutcomeUnknown('The bank closed the connection after it had the request.');
    const { status } = await guard('http:payments.example.com', async () => {
      const answer = await fetch(`${PAYMENTS}/capture/${order}`, { method: 'POST', signal });
      if (answer.status >= 500) {
        throw new External(`The payment service answered ${answer.status}.`, { code: 'EXTERNAL_API_DOWN' });
      }
      return answer;
    });
    return { receipt: `R-${order}-${status}` };
  },
});

const stockSync = defineTask({
  type: 'stock.sync',
  summary: 'Counts a warehouse, and writes the counts into the shop.',
  input: z.object({ warehouse: z.string(), articles: z.int().min(1).max(100_000) }),
  output: z.object({
    counted: z.int(),
    changed: z.int(),
    samples: z.array(z.object({ article: z.string(), was: z.int(), is: z.int() })),
  }),
  example: { warehouse: 'Rotterdam', articles: 1200 },
  describe: ({ warehouse, articles }) => `${articles} articles in ${warehouse}`,
  queue: 'stock',
  timeout: '10m',
  async run({ articles, warehouse }, { progress, log, signal }) {
    if (warehouse === 'Gdynia')
      throw new External('The scanner of Gdynia speaks version 3.', { code: 'EXTERNAL_API_ERROR' });
    const steps = Math.ceil(articles / 100);
    for (let step = 1; step <= steps; step++) {
      await sleep(250, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) throw signal.reason;
      progress((step / steps) * 100, `shelf ${step} of ${steps}`);
    }
    log.info('All shelves are counted', { articles });
    const samples = ['Tea, 250 g', 'Kettle', 'Cup, blue'].map((article, index) => ({
      article,
      was: 40 + index,
      is: 38 + index,
    }));
    return { counted: articles, changed: Math.floor(articles / 40), samples };
  },
});

const labelPrint = defineTask({
  type: 'label.print',
  summary: 'Prints the label of a parcel.',
  input: z.object({ order: z.int(), printer: z.string() }),
  output: z.object({ label: z.string() }),
  example: { order: 4711, printer: 'zebra-1' },
  describe: ({ order, printer }) => `Order ${order} on ${printer}`,
  retry: { attempts: 2, firstDelay: '1s' },
  redrives: { configuration: ['1h'] },
  async run({ order, printer }) {
    if (printer === 'zebra-2') throw new Configuration(`No driver is set up for ${printer}.`);
    await sleep(60);
    return { label: `L-${order}` };
  },
});

const orderShip = defineTask({
  type: 'order.ship',
  summary: 'Takes the money and prints the label, each as a task of its own.',
  input: z.object({ order: z.int(), cents: z.int(), printer: z.string() }),
  output: z.object({ done: z.array(z.string()) }),
  example: { order: 4711, cents: 2490, printer: 'zebra-1' },
  describe: ({ order }) => `Order ${order}`,
  async run({ order, cents, printer }, { submit, awaitEnds }) {
    const made = await submit([
      { type: 'payment.capture', input: { order, cents, currency: 'EUR' }, key: `pay-${order}` },
      { type: 'label.print', input: { order, printer }, key: `label-${order}` },
    ]);
    const ended = await awaitEnds(
      made.map(({ id }) => id),
      20,
    );
    return { done: ended.map(({ id, state }) => `${id} ${state}`) };
  },
});

const reportBuild = defineTask({
  type: 'report.build',
  summary: 'Adds up the day.',
  category: 'reports',
  input: z.object({ day: z.string(), of: z.enum(['sales', 'returns', 'stock']) }),
  output: z.object({ rows: z.int(), totals: z.record(z.string(), z.number()) }),
  example: { day: 'yesterday', of: 'sales' },
  describe: ({ day, of }) => `${of} of ${day}`,
  async run({ of }, { progress }) {
    for (const percent of [20, 50, 80]) {
      progress(percent, 'adding up');
      await sleep(150);
    }
    return { rows: of === 'sales' ? 1284 : 96, totals: { EUR: 48_210.4, PLN: 12_004, USD: 903.2 } };
  },
});

const archiveMove = defineTask({
  type: 'archive.move',
  summary: 'Moves orders of last year to the archive.',
  category: 'maintenance',
  queue: 'archive',
  input: z.object({ month: z.string() }),
  output: z.object({ moved: z.int() }),
  example: { month: '2025-11' },
  describe: ({ month }) => `Orders of ${month}`,
  run: async () => ({ moved: 4120 }),
});

/** A web shop: what the pictures of the dashboard show. */
export default defineApp({
  name: 'shop',
  tasks: [orderConfirm, paymentCapture, stockSync, labelPrint, orderShip, reportBuild, archiveMove],
  packs: [images, webhooks],
});
