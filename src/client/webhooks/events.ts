import { createHash } from 'node:crypto';
import { canonicalize } from 'json-canonicalize';
import { HoldfastError } from '../../errors';
import { type SubscriptionRecord, WEBHOOK_DELIVER } from '../../protocol/webhook';
import { newUlid } from '../../tasks/ulid';
import { matchesEvent } from '../../tasks/webhook-events';
import type { TaskView } from '../read/view';
import type { Submission } from '../submit/prepare';
import type { TaskClient } from '../task-client';
import type { Subscriptions } from './subscriptions';

/** Something that happened. */
export interface NewEvent {
  event: string;
  data: unknown;
  /** Idempotency key: the same event again finds the deliveries of the first. Without one every call is a new event. */
  key?: string | undefined;
  /** Only subscriptions of this tenant get it; without one, only those of none. */
  tenant?: string | undefined;
  /** ISO time at which it happened; sent along. */
  occurredAt?: string | undefined;
}

export interface Published {
  id: string;
  deliveries: { subscription: string; task: TaskView; duplicate: boolean }[];
}

/** What a test event is called. */
const TEST_EVENT = 'holdfast.test';

/** The tag of every delivery to a subscription. */
export function deliveryTag(subscription: string): string {
  return `webhook:${subscription}`;
}

/** The subscriptions that get an event. */
export async function listenersOf(
  subscriptions: Subscriptions,
  { event, tenant }: Pick<NewEvent, 'event' | 'tenant'>,
): Promise<SubscriptionRecord[]> {
  const all = await subscriptions.list();
  return all.filter((one) => one.enabled && one.tenant === tenant && matchesEvent(one.events, event));
}

/**
 * Submits one delivery for each enabled subscription that listens to an event. What got lost half-way is made up for by
 * the same call with the same key: each delivery has the key `<event>:<subscription>`.
 * @throws HoldfastError `key-reused` for another event with a used key, `unavailable`, `not-set-up`.
 */
export async function publishEvent(
  tasks: TaskClient,
  subscriptions: Subscriptions,
  { event, data, key, tenant, occurredAt }: NewEvent,
): Promise<Published> {
  const id = key === undefined ? `evt_${newUlid()}` : `evt_${hashOf(tenant, key)}`;
  const listening = await listenersOf(subscriptions, { event, tenant });
  const payload = { id, type: event, ...(occurredAt && { timestamp: occurredAt }), data };
  const results = await tasks.submitAll(
    listening.map(
      (subscription): Submission => ({
        type: WEBHOOK_DELIVER,
        input: { to: { subscription: subscription.id }, id, payload },
        key: `${id}:${subscription.id}`,
        tags: [deliveryTag(subscription.id)],
        ...(tenant && { tenant }),
      }),
    ),
  );
  const deliveries = results.map((result, index) => {
    if ('error' in result) throw result.error.code === 'key-reused' ? reused(result.error) : result.error;
    return { subscription: listening[index]?.id ?? '', task: result.task, duplicate: result.duplicate };
  });
  return { id, deliveries };
}

/**
 * Submits one delivery of a test event to a subscription, whatever events it listens to.
 * @throws HoldfastError `not-found`; `state-conflict` when it is disabled; `unavailable`.
 */
export async function publishTest(
  tasks: TaskClient,
  subscriptions: Subscriptions,
  subscription: string,
): Promise<{ id: string; task: TaskView }> {
  const { enabled, tenant } = await subscriptions.read(subscription);
  if (!enabled) {
    const message = `The subscription ${subscription} is disabled: nothing is sent there. Enable it first.`;
    throw new HoldfastError('state-conflict', message);
  }
  const id = `evt_${newUlid()}`;
  const data = { test: true, subscription };
  const payload = { id, type: TEST_EVENT, timestamp: new Date().toISOString(), data };
  const { task } = await tasks.submit({
    type: WEBHOOK_DELIVER,
    input: { to: { subscription }, id, payload },
    key: `${id}:${subscription}`,
    tags: [deliveryTag(subscription)],
    ...(tenant && { tenant }),
  });
  return { id, task };
}

function reused(cause: HoldfastError): HoldfastError {
  const message = 'This idempotency key was used for another event. Send the same event, or a new key.';
  return new HoldfastError('key-reused', message, cause.extra, { cause });
}

function hashOf(tenant: string | undefined, key: string): string {
  return createHash('sha256')
    .update(canonicalize([tenant ?? null, key]))
    .digest('hex')
    .slice(0, 32);
}
