import { createHash } from 'node:crypto';
import type { HandlerContext } from '../../activities/attempt/handler';
import type { Subscriptions } from '../../client/webhooks/subscriptions';
import type { SubscriptionRecord } from '../../protocol/webhook';
import { redactText, redactValue } from '../../tasks/redact';
import type { WebhookDeliverInput } from './contract';
import { obfuscate } from './obfuscate';

interface Noted {
  input: WebhookDeliverInput;
  at: Date;
  subscription: SubscriptionRecord | undefined;
  subscriptions: Subscriptions;
  context: HandlerContext;
}

/** Characters of a sample, as JSON. */
const LONGEST_SAMPLE = 4000;
const LONGEST_ERROR = 300;

/** Adds what a request came to, to the subscription's last results. @returns False when that failed, which must not matter. */
export async function noteResult(
  { input, at, subscription, subscriptions, context }: Noted,
  came: { status?: number; error?: string },
): Promise<boolean> {
  if (!subscription) return true;
  const { attempt, taskId, log } = context;
  const id = createHash('sha256')
    .update(context.effectKey(String(attempt)))
    .digest('hex')
    .slice(0, 12);
  try {
    await subscriptions.addResult(subscription.id, id, {
      at: at.toISOString(),
      task: taskId,
      ...(came.status !== undefined && { status: came.status }),
      ...(came.error !== undefined && { error: redactText(came.error).slice(0, LONGEST_ERROR) }),
      durationMs: Date.now() - at.getTime(),
      sample: sampleOf(input.payload),
    });
    return true;
  } catch (error) {
    log.error("the subscription's last results could not be written", { error: String(error) });
    return false;
  }
}

/** What matters of a payload: its data if it has any, and the first of a list. */
function sampleOf(payload: unknown): unknown {
  const first: unknown = Array.isArray(payload) ? payload[0] : payload;
  const hasData = typeof first === 'object' && first !== null && 'data' in first;
  // Secrets first: what the mask cuts short no longer shows what it is.
  const sample = obfuscate(redactValue(hasData ? first.data : first));
  return JSON.stringify(sample ?? null).length > LONGEST_SAMPLE ? '[too large to show]' : (sample ?? null);
}
