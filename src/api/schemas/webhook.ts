import { z } from 'zod';
import type { SubscriptionRecord } from '../../protocol/webhook';
import { filledText, instant, jsonValue, plainText } from '../../tasks/plain-schemas';
import { redactText } from '../../tasks/redact';
import { tenantName } from '../../tasks/tenant-name';
import { eventName, eventPattern } from '../../tasks/webhook-events';
import { deliveredPolicy, webhookUrl } from '../../tasks/webhook-target';
import { pathName } from './parameters';
import { taskSchema } from './task';

const time = z.iso.datetime();
const tenant = tenantName.optional();

const whenGone = z
  .enum(['disable', 'remove'])
  .describe('What an answer of 410 Gone makes of it: disabled, so that it can be enabled again; or removed.');

export const subscriptionParams = z.object({ id: pathName.describe('ID of the subscription.') });

export const newSubscription = z.strictObject({
  url: webhookUrl.describe('Where to post to.'),
  events: z.array(eventPattern).min(1).max(100).describe('Events to listen to: order.paid, order.* or *.'),
  description: filledText(500).optional().describe('For people.'),
  tenant: tenant.describe('Only events of this tenant come here; without one, only those of none.'),
  delivered: deliveredPolicy.default('2xx'),
  whenGone: whenGone.default('disable'),
});

const shape = {
  id: z.string(),
  url: z.string(),
  events: z.array(z.string()),
  description: z.string().optional(),
  tenant: z.string().optional(),
  delivered: deliveredPolicy,
  whenGone: whenGone.optional(),
  enabled: z.boolean().describe('False: no event goes there any more.'),
  disabled: z.object({ at: time, by: z.string(), reason: z.string() }).optional(),
  secretNumber: z.int().min(1).describe('1, and one more after each rotation.'),
  oldSecretUntil: time.optional().describe('Until when requests carry a signature by the secret before, too.'),
  olderSecrets: z
    .array(z.object({ secret: z.int().min(1).describe('Its number.'), until: time }))
    .optional()
    .describe('Secrets before that one that sign too, until their own time is over; the newest first.'),
  createdAt: time,
};

export const subscriptionSchema = z.object(shape).meta({ id: 'WebhookSubscription' });

export const subscriptionWithSecret = z
  .object({ ...shape, secret: z.string().describe('For the receiver. It is shown this once only.') })
  .meta({ id: 'WebhookSubscriptionWithSecret' });

export const subscriptionDetails = z
  .object({
    ...shape,
    deliveries: z
      .object({ delivered: z.int(), failed: z.int(), open: z.int() })
      .describe('Tasks that events have made for it, as far as Temporal still has them. Lags by a moment.'),
    results: z
      .array(
        z.object({
          at: time,
          task: z.string(),
          status: z.int().optional().describe('Absent: there was no answer.'),
          error: z.string().optional(),
          durationMs: z.number(),
          sample: z.unknown().describe('What was sent, personal data masked.'),
        }),
      )
      .describe('The last ten requests, the newest first.'),
  })
  .meta({ id: 'WebhookSubscriptionDetails' });

export const rotation = z
  .strictObject({
    graceSeconds: z
      .number()
      .min(0)
      .max(30 * 86_400)
      .default(86_400)
      .describe('Seconds for which the secret before signs too. Defaults to a day.'),
  })
  .default({ graceSeconds: 86_400 });

export const disabling = z
  .strictObject({
    by: plainText(200).default('api').describe('Who asks. Defaults to api.'),
    reason: filledText(500).default('switched off').describe('Why. Defaults to "switched off".'),
  })
  .default({ by: 'api', reason: 'switched off' });

export const newEvent = z.strictObject({
  event: eventName.describe('What happened: order.paid.'),
  data: jsonValue.describe('Sent as it is.'),
  tenant: tenant.describe('Whose event it is.'),
  occurredAt: instant.optional().describe('When it happened; sent as timestamp.'),
});

export const publishedSchema = z
  .object({
    id: z.string().describe('ID of the event, sent as webhook-id.'),
    deliveries: z.array(
      z.object({
        subscription: z.string(),
        duplicate: z.boolean().describe('True when the event came before.'),
        task: taskSchema,
      }),
    ),
  })
  .meta({ id: 'PublishedEvent' });

export const testedSchema = z
  .object({ id: z.string().describe('ID of the event, sent as webhook-id.'), task: taskSchema })
  .meta({ id: 'TestedSubscription' });

export function showSubscription({ secret: secretNumber, ...record }: SubscriptionRecord) {
  return { ...record, url: redactText(record.url), secretNumber };
}
