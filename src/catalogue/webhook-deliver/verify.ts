import type { Verifier, VerifyContext } from '../../activities/attempt/verify';
import { Subscriptions } from '../../client/webhooks/subscriptions';
import { isDelivered } from './answer';
import { type WebhookDeliverInput, webhookDeliver } from './contract';
import { recordName, webhookIdOf } from './names';

/**
 * The verifier of `webhook.deliver`. It looks up the answer that an attempt has written down, then the subscription's own
 * record by its ID, for what it says of this task. Otherwise the receiver may have it or not: only its own log can tell.
 */
export const verifyWebhookDeliver: Verifier<typeof webhookDeliver> = async (input, context) => {
  const name = recordName(input, context);
  const record = await context.artifacts.getRecord(name);
  if (record !== undefined) {
    const output = webhookDeliver.output.parse(record);
    return { effect: 'done', output, evidence: `The record ${name} says that the receiver answered ${output.status}.` };
  }
  const noRecord = `There is no record ${name}: no attempt has written down an answer.`;
  const itsLog = `Look into the receiver's log for the webhook-id ${webhookIdOf(input, context)}.`;
  if (!('subscription' in input.to)) return { effect: 'unknown', evidence: `${noRecord} ${itsLog}` };
  const { delivered, evidence } = await subscriptionSays(input, input.to.subscription, context);
  if (delivered) return { effect: 'done', evidence };
  return { effect: 'unknown', evidence: `${noRecord} ${evidence} ${itsLog}` };
};

async function subscriptionSays(input: WebhookDeliverInput, id: string, { artifacts, taskId }: VerifyContext) {
  const subscriptions = new Subscriptions(artifacts.entries);
  const subscription = await subscriptions.find(id);
  const last = (await subscriptions.results(id)).find(({ task }) => task === taskId);
  if (!last) {
    const evidence = subscription
      ? `The subscription ${id} has no result of this task among its last.`
      : `There is no subscription ${id}.`;
    return { delivered: false, evidence };
  }
  const { at, status, error } = last;
  const came = status === undefined ? `no answer: ${error}` : `the answer ${status}`;
  const evidence = `The subscription ${id} says that its request of ${at} for this task came to ${came}.`;
  const policy = input.delivered ?? subscription?.delivered ?? '2xx';
  return { delivered: status !== undefined && isDelivered(status, policy), evidence };
}
