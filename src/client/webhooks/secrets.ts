import { createHmac, randomBytes } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import type { EntryStore } from '../../artifacts/store';
import type { SubscriptionRecord } from '../../protocol/webhook';

const LIST = 'webhook-master-secret';
const NAME = 'secret';

type SigningRecord = Pick<SubscriptionRecord, 'id' | 'secret' | 'oldSecretUntil' | 'olderSecrets'>;

/**
 * The secrets of subscriptions. Each is derived from one master secret, the subscription's ID and a number, so that
 * none is kept anywhere: not in histories, not in the store. Rotating one means the next number.
 */
export class WebhookSecrets {
  private master: Promise<string> | undefined;

  /** @param given The master secret. Defaults to one that is made at first use and kept in the store. */
  constructor(
    private readonly entries: EntryStore,
    private readonly given?: string,
  ) {}

  /** As Standard Webhooks writes it: `whsec_` and base64. */
  async secretOf(subscription: string, number: number): Promise<string> {
    const key = createHmac('sha256', await this.masterSecret())
      .update(`${subscription}/${number}`)
      .digest('base64');
    return `whsec_${key}`;
  }

  /** The `webhook-signature` header: one signature, and one more for each old secret that still holds. */
  async sign(
    { id, secret, oldSecretUntil, olderSecrets = [] }: SigningRecord,
    webhookId: string,
    at: Date,
    body: string,
  ): Promise<string> {
    const old = [...(oldSecretUntil ? [{ secret: secret - 1, until: oldSecretUntil }] : []), ...olderSecrets];
    const numbers = [secret, ...old.filter(({ until }) => Date.parse(until) > at.getTime()).map((one) => one.secret)];
    const secrets = await Promise.all(numbers.map((number) => this.secretOf(id, number)));
    return secrets.map((one) => new Webhook(one).sign(webhookId, at, body)).join(' ');
  }

  private masterSecret(): Promise<string> {
    this.master ??= this.readMaster().catch((error) => {
      this.master = undefined;
      throw error;
    });
    return this.master;
  }

  /** Of several processes that make one at once, the first one's counts. */
  private async readMaster(): Promise<string> {
    if (this.given) return this.given;
    const known = await this.entries.get(LIST, NAME);
    if (typeof known === 'string') return known;
    await this.entries.add(LIST, NAME, randomBytes(32).toString('base64'));
    return String(await this.entries.get(LIST, NAME));
  }
}
