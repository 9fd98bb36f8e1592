import { z } from 'zod';
import { may, tenantFor } from '../../access/caller';
import { listenersOf, publishEvent } from '../../client/webhooks/events';
import { HoldfastError } from '../../errors';
import { WEBHOOK_DELIVER } from '../../protocol/webhook';
import type { RouteDeps } from '../deps';
import { defineRoute, type Route } from '../routing/route';
import { idempotencyKey } from '../schemas/parameters';
import { newEvent, publishedSchema } from '../schemas/webhook';
import { TEMPORAL } from './answers';

export function webhookEventRoute({ tasks, subscriptions, metrics, submissions }: RouteDeps): Route {
  return defineRoute({
    method: 'post',
    path: '/v1/events',
    id: 'publishEvent',
    access: { scope: 'submit', over: 'own' },
    tag: 'Webhooks',
    summary: 'Notify subscribers of an event',
    description:
      'Makes one webhook.deliver task for each enabled subscription that listens to the event. When the answer is lost or is a 503, some may have been made: repeat the call with the same Idempotency-Key.',
    headers: z.object({ 'Idempotency-Key': idempotencyKey }),
    body: newEvent,
    examples: { 'a paid order': { event: 'order.paid', data: { order: 17 } } },
    answers: {
      202: { description: 'The deliveries have started.', content: { 'application/json': publishedSchema } },
    },
    problems: [...TEMPORAL, 'key-reused', 'unknown-task-type', 'window-too-long'],
    unhurried: true,
    handle: async ({ headers, body: asked }, { caller }) => {
      const body = { ...asked, tenant: tenantFor(caller, asked.tenant) };
      if (!may(caller, 'submit', WEBHOOK_DELIVER)) {
        throw new HoldfastError('forbidden', `This key may not submit ${WEBHOOK_DELIVER}.`);
      }
      const listening = await listenersOf(subscriptions, body);
      await submissions.mustHaveRoom(caller, Math.max(1, listening.length));
      const published = await publishEvent(tasks, subscriptions, { ...body, key: headers['Idempotency-Key'] });
      for (const { duplicate } of published.deliveries) metrics.submitted(WEBHOOK_DELIVER, duplicate);
      return { status: 202, body: published };
    },
  });
}
