import { addAndKeep, newestEntry } from '../../artifacts/newest-entry';
import type { EntryStore } from '../../artifacts/store';
import { HoldfastError } from '../../errors';
import { inParallel } from '../../parallel';
import type { DeliveryResult, SubscriptionRecord } from '../../protocol/webhook';
import { newUlid } from '../../tasks/ulid';

export type NewSubscription = Pick<
  SubscriptionRecord,
  'url' | 'events' | 'description' | 'tenant' | 'delivered' | 'whenGone'
>;

const ALL = 'webhook-subscriptions';
const versionsOf = (id: string) => `webhook-subscription/${id}`;
const resultsOf = (id: string) => `webhook-results/${id}`;

const READS_AT_ONCE = 25;
/** Results and samples that are kept of each. */
const RESULTS_KEPT = 10;
/** Each is one more signature of every request. */
const MOST_OLDER_SECRETS = 8;
/** Each race is lost to a change that somebody else has made. */
const MOST_RACES = 20;

/**
 * Subscriptions of webhooks, in the artifact store: an event finds one as soon as the call that made it has answered,
 * and no change waits for a worker. Each change is one more numbered entry, so that none is lost to another.
 */
export class Subscriptions {
  constructor(private readonly entries: EntryStore) {}

  async create(given: NewSubscription): Promise<SubscriptionRecord> {
    const id = `sub_${newUlid()}`;
    const record = { id, ...given, enabled: true, secret: 1, createdAt: new Date().toISOString() };
    await this.entries.add(versionsOf(id), nameOf(1), record);
    await this.entries.add(ALL, id, null);
    return record;
  }

  /** Every subscription, the oldest first. */
  async list(): Promise<SubscriptionRecord[]> {
    const records = await inParallel(await this.entries.names(ALL), READS_AT_ONCE, (id) => this.find(id));
    return records.filter((record) => record !== undefined);
  }

  async find(id: string): Promise<SubscriptionRecord | undefined> {
    const record = (await newestEntry(this.entries, versionsOf(id)))?.value as SubscriptionRecord | undefined;
    return record?.removed ? undefined : record;
  }

  /** One that was removed, too: for those who want to know what became of it. */
  async removed(id: string): Promise<SubscriptionRecord['removed']> {
    return ((await newestEntry(this.entries, versionsOf(id)))?.value as SubscriptionRecord | undefined)?.removed;
  }

  /** @throws HoldfastError `not-found`. */
  async read(id: string): Promise<SubscriptionRecord> {
    const record = await this.find(id);
    if (!record) throw new HoldfastError('not-found', `There is no subscription ${id}.`);
    return record;
  }

  /**
   * Changes a subscription. Of changes at the same time each is made to what the one before has left.
   * @throws HoldfastError `not-found`.
   */
  async change(id: string, to: (record: SubscriptionRecord) => SubscriptionRecord): Promise<SubscriptionRecord> {
    for (let race = 0; race < MOST_RACES; race++) {
      const newest = await newestEntry(this.entries, versionsOf(id));
      if (!newest || (newest.value as SubscriptionRecord).removed) break;
      const changed = to(newest.value as SubscriptionRecord);
      if (await this.entries.add(versionsOf(id), nameOf(Number(newest.name) + 1), changed)) return changed;
    }
    await this.read(id);
    throw new HoldfastError('unavailable', 'Too many change this subscription right now; try again.', {
      retryAfter: 1,
    });
  }

  /**
   * Makes the next secret; the one before signs too for so many seconds, and those before it until their own time is
   * over. Without a time of grace none of them signs any more.
   */
  rotate(id: string, graceSeconds: number): Promise<SubscriptionRecord> {
    const now = Date.now();
    const oldSecretUntil = new Date(now + graceSeconds * 1000).toISOString();
    return this.change(id, ({ olderSecrets = [], ...record }) => {
      const before = record.oldSecretUntil ? [{ secret: record.secret - 1, until: record.oldSecretUntil }] : [];
      const older = [...before, ...olderSecrets]
        .filter(({ until }) => graceSeconds > 0 && Date.parse(until) > now)
        .slice(0, MOST_OLDER_SECRETS);
      const changed = { ...record, secret: record.secret + 1, oldSecretUntil };
      return older.length > 0 ? { ...changed, olderSecrets: older } : changed;
    });
  }

  disable(id: string, by: string, reason: string): Promise<SubscriptionRecord> {
    const disabled = { at: new Date().toISOString(), by, reason };
    return this.change(id, (record) => (record.enabled ? { ...record, enabled: false, disabled } : record));
  }

  /** It is neither listed nor found any more; its record stays in the store. */
  remove(id: string, by: string, reason: string): Promise<SubscriptionRecord> {
    const removed = { at: new Date().toISOString(), by, reason };
    return this.change(id, (record) => ({ ...record, enabled: false, removed }));
  }

  enable(id: string): Promise<SubscriptionRecord> {
    return this.change(id, ({ disabled: _over, ...record }) => ({ ...record, enabled: true }));
  }

  /** Adds what a delivery came to. @param attempt Distinguishes it from others of the same moment; the same one twice counts once. */
  async addResult(id: string, attempt: string, result: DeliveryResult): Promise<void> {
    const name = `${result.at}-${attempt}`;
    await addAndKeep(this.entries, resultsOf(id), { name, value: result }, RESULTS_KEPT);
  }

  /** The last results, the newest first; ten at most. */
  async results(id: string): Promise<DeliveryResult[]> {
    const names = (await this.entries.names(resultsOf(id))).slice(-RESULTS_KEPT).reverse();
    const results = await Promise.all(names.map((name) => this.entries.get(resultsOf(id), name)));
    return results.filter((result) => result !== undefined) as DeliveryResult[];
  }
}

/** Numbered so that names sort as numbers do. */
function nameOf(version: number): string {
  return String(version).padStart(8, '0');
}
