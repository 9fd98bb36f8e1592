import { z } from 'zod';
import { requireEveryType, sees, tenantFor } from '../../access/caller';
import { deliveryTag, publishTest } from '../../client/webhooks/events';
import { HoldfastError } from '../../errors';
import { type SubscriptionRecord, WEBHOOK_DELIVER } from '../../protocol/webhook';
import type { RouteDeps } from '../deps';
import { type AnswerDoc, defineRoute, type Route } from '../routing/route';
import {
  disabling,
  newSubscription,
  rotation,
  showSubscription,
  subscriptionDetails,
  subscriptionParams,
  subscriptionSchema,
  subscriptionWithSecret,
  testedSchema,
} from '../schemas/webhook';
import { TEMPORAL } from './answers';

/** Of one tenant, or of none, so many times the most that may be enabled, disabled ones included. */
const WITH_DISABLED = 3;
const PATH = '/v1/webhook-subscriptions';

/** Changes to subscriptions need neither Temporal nor a worker. */
export function subscriptionRoutes({ tasks, subscriptions, webhookSecrets, metrics, limits }: RouteDeps): Route[] {
  /** Each event looks at all of them, and goes to each that listens. */
  const mustHaveRoom = async (tenant: string | undefined) => {
    const there = (await subscriptions.list()).filter((one) => one.tenant === tenant);
    const enabled = there.filter((one) => one.enabled).length;
    if (enabled >= limits.subscriptions) {
      throw new HoldfastError(
        'state-conflict',
        `There are ${enabled} enabled subscriptions already, the most that one tenant may have; disable some.`,
      );
    }
    if (there.length >= limits.subscriptions * WITH_DISABLED) {
      throw new HoldfastError(
        'state-conflict',
        `There are ${there.length} subscriptions already, disabled ones included, the most that one tenant may have; enable one of them.`,
      );
    }
  };
  const withSecret = async (record: SubscriptionRecord) => ({
    ...showSubscription(record),
    secret: await webhookSecrets.secretOf(record.id, record.secret),
  });
  return [
    defineRoute({
      method: 'post',
      path: PATH,
      id: 'createSubscription',
      access: { scope: 'operate', over: 'own' },
      tag: 'Webhooks',
      summary: 'Subscribe to events',
      body: newSubscription,
      examples: { 'all orders': { url: 'https://example.com/hooks', events: ['order.*'] } },
      answers: {
        201: {
          ...answer('It listens from now on.', subscriptionWithSecret),
          headers: { Location: 'Address of the subscription.' },
        },
      },
      problems: ['state-conflict'],
      handle: async ({ body: asked }, { caller }) => {
        requireEveryType(caller, 'operate');
        const body = { ...asked, tenant: tenantFor(caller, asked.tenant) };
        await mustHaveRoom(body.tenant);
        const given = Object.entries(body).filter(([, value]) => value !== undefined);
        const record = await subscriptions.create(
          Object.fromEntries(given) as Parameters<typeof subscriptions.create>[0],
        );
        return { status: 201, headers: { Location: `${PATH}/${record.id}` }, body: await withSecret(record) };
      },
    }),
    defineRoute({
      method: 'get',
      path: PATH,
      id: 'listSubscriptions',
      access: { scope: 'read', over: 'own' },
      tag: 'Webhooks',
      summary: 'List the subscriptions',
      answers: {
        200: answer('All of them, the oldest first.', z.object({ subscriptions: z.array(subscriptionSchema) })),
      },
      handle: async (_checked, { caller }) => {
        requireEveryType(caller, 'read');
        const own = (await subscriptions.list()).filter(({ tenant }) => sees(caller, tenant));
        return { status: 200, body: { subscriptions: own.map(showSubscription) } };
      },
    }),
    defineRoute({
      method: 'get',
      path: `${PATH}/{id}`,
      id: 'readSubscription',
      access: { scope: 'read', over: 'subscription' },
      tag: 'Webhooks',
      summary: 'Read a subscription, with its last results',
      params: subscriptionParams,
      answers: { 200: answer('The subscription.', subscriptionDetails) },
      problems: [...TEMPORAL, 'not-found'],
      handle: async ({ params: { id } }) => {
        const record = await subscriptions.read(id);
        const tag = deliveryTag(id);
        const [results, delivered, failed, open] = await Promise.all([
          subscriptions.results(id),
          tasks.count({ tag, state: ['completed'] }),
          tasks.count({ tag, state: ['failed'] }),
          tasks.count({ tag, state: ['queued'] }),
        ]);
        return {
          status: 200,
          body: { ...showSubscription(record), deliveries: { delivered, failed, open }, results },
        };
      },
    }),
    defineRoute({
      method: 'post',
      path: `${PATH}/{id}/rotate-secret`,
      id: 'rotateSubscriptionSecret',
      access: { scope: 'operate', over: 'subscription' },
      tag: 'Webhooks',
      summary: 'Make the next secret of a subscription',
      description: 'Until the grace is over, requests carry two signatures: by the new secret and by the one before.',
      params: subscriptionParams,
      body: rotation,
      answers: { 200: answer('With the new secret.', subscriptionWithSecret) },
      problems: ['not-found', 'unavailable'],
      handle: async ({ params, body: { graceSeconds } }) => ({
        status: 200,
        body: await withSecret(await subscriptions.rotate(params.id, graceSeconds)),
      }),
    }),
    defineRoute({
      method: 'post',
      path: `${PATH}/{id}/test`,
      id: 'testSubscription',
      access: { scope: 'operate', over: 'subscription' },
      tag: 'Webhooks',
      summary: 'Send a test event to a subscription',
      description:
        'One webhook.deliver task sends an event of the type holdfast.test, whatever the subscription listens to.',
      params: subscriptionParams,
      answers: { 202: answer('The delivery has started.', testedSchema) },
      problems: [...TEMPORAL, 'not-found', 'state-conflict', 'unknown-task-type'],
      handle: async ({ params: { id } }) => {
        const tested = await publishTest(tasks, subscriptions, id);
        metrics.submitted(WEBHOOK_DELIVER, false);
        return { status: 202, body: tested };
      },
    }),
    defineRoute({
      method: 'post',
      path: `${PATH}/{id}/disable`,
      id: 'disableSubscription',
      access: { scope: 'operate', over: 'subscription' },
      tag: 'Webhooks',
      summary: 'Disable a subscription',
      description: 'No event goes there any more; deliveries that wait fail when their turn comes.',
      params: subscriptionParams,
      body: disabling,
      answers: { 200: answer('The subscription.', subscriptionSchema) },
      problems: ['not-found', 'unavailable'],
      handle: async ({ params, body: { by, reason } }) => ({
        status: 200,
        body: showSubscription(await subscriptions.disable(params.id, by, reason)),
      }),
    }),
    defineRoute({
      method: 'post',
      path: `${PATH}/{id}/enable`,
      id: 'enableSubscription',
      access: { scope: 'operate', over: 'subscription' },
      tag: 'Webhooks',
      summary: 'Enable a subscription again',
      description: 'Events of the time in between are not sent; failed deliveries can be retried as any task.',
      params: subscriptionParams,
      answers: { 200: answer('The subscription.', subscriptionSchema) },
      problems: ['not-found', 'unavailable'],
      handle: async ({ params }) => ({ status: 200, body: showSubscription(await subscriptions.enable(params.id)) }),
    }),
  ];
}

function answer(description: string, schema: z.ZodType): AnswerDoc {
  return { description, content: { 'application/json': schema } };
}
