import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { LocalArtifactStore } from '../../src/artifacts/local/local-store';
import { addAndKeep } from '../../src/artifacts/newest-entry';
import { Holdfast } from '../../test/support/processes/holdfast';
import { WebhookReceiver } from '../../test/support/servers/webhook-receiver';

const APP = path.join(__dirname, 'shop.config.ts');
/** All but the archive's: nobody serves that one. */
const SERVED = ['default', 'high', 'stock', 'reports', 'maintenance'].map((name) => `shop.${name}`);
const DAY_MS = 86_400_000;

/** `npm start` with the app of a web shop, the services that the shop calls, and a caller of the API. */
export class Shop {
  /** False: the payment service answers 503. */
  paymentsUp = true;

  private constructor(
    private readonly holdfast: Holdfast,
    private readonly payments: Server,
    readonly receiver: WebhookReceiver,
  ) {}

  static async open(): Promise<Shop> {
    const receiver = await WebhookReceiver.start((response, { path: to }) => {
      response.statusCode = to.includes('down') ? 503 : 200;
      response.end('ok');
    });
    const payments = createServer((_asked, answer) => {
      answer.statusCode = shop.paymentsUp ? 201 : 503;
      answer.end();
    }).listen(0, '127.0.0.1');
    await once(payments, 'listening');
    const holdfast = await Holdfast.create({
      HOLDFAST_APP: APP,
      HOLDFAST_QUEUES: SERVED.join(','),
      HOLDFAST_ENVIRONMENT: 'shop production',
      HOLDFAST_ENVIRONMENT_COLOUR: '#c2410c',
      HOLDFAST_WEBHOOK_ALLOW: '127.0.0.1',
      HOLDFAST_ALERT_DEAD_LETTERS: '20',
      TASK_MONITOR_INTERVAL: '60',
      SHOP_PAYMENTS: `http://127.0.0.1:${(payments.address() as AddressInfo).port}`,
    });
    const shop = new Shop(holdfast, payments, receiver);
    // Yesterday's workers had the version before, so that today's are a deploy.
    const value = { at: new Date(Date.now() - DAY_MS).toISOString(), versions: ['0.4.0'] };
    const store = new LocalArtifactStore(path.join(holdfast.home, 'artifacts')).entries;
    await addAndKeep(store, 'worker-versions', { name: value.at, value }, 10);
    holdfast.run();
    await holdfast.untilSays('Dashboard http');
    return shop;
  }

  get url(): string {
    return this.holdfast.url;
  }

  async close(): Promise<void> {
    await this.holdfast.remove();
    this.payments.closeAllConnections();
    this.payments.close();
    await this.receiver.close();
  }

  // biome-ignore lint/suspicious/noExplicitAny: answers of every shape.
  async call(method: string, to: string, json?: unknown): Promise<any> {
    const answer = await fetch(`${this.url}${to}`, {
      method,
      ...(json !== undefined && { body: JSON.stringify(json), headers: { 'Content-Type': 'application/json' } }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${to} answered ${answer.status}: ${text}`);
    return text.startsWith('{') ? JSON.parse(text) : text;
  }

  async submit(type: string, input: unknown, more: object = {}): Promise<string> {
    return (await this.call('POST', '/v1/tasks', { type, input, ...more })).id;
  }
}
