import { createHash } from 'node:crypto';
import type { VerifyContext } from '../../activities/attempt/verify';
import { payloadHash } from '../../tasks/keys';
import { type WebhookDeliverInput, webhookDeliver } from './contract';

/** A corrected input is another effect: what the first one came to does not answer it. */
export function stepOf(input: WebhookDeliverInput): string {
  return `post-${payloadHash(webhookDeliver.type, input).slice(0, 16)}`;
}

/** Name of the effect record. */
export function recordName(input: WebhookDeliverInput, { effectKey }: Pick<VerifyContext, 'effectKey'>): string {
  return effectKey(stepOf(input));
}

/** Dots separate the parts of what is signed, so that an ID has none. */
export function webhookIdOf(input: WebhookDeliverInput, { effectKey }: Pick<VerifyContext, 'effectKey'>): string {
  return (
    input.id ??
    `msg_${createHash('sha256')
      .update(effectKey(stepOf(input)))
      .digest('hex')
      .slice(0, 32)}`
  );
}
