import { Webhook, WebhookVerificationError } from 'standardwebhooks';
import type { EntryStore } from '../../artifacts/store';
import { WEBHOOK_PROCESS } from '../../protocol/webhook';
import { isValidKey } from '../../tasks/keys';
import { eventOf, subjectOf } from '../../tasks/received-webhook';
import type { SubmitResult } from '../submit/submissions';
import type { TaskClient } from '../task-client';
import { Arrivals } from './arrivals';

/** A webhook as it came. */
export interface ReceivedWebhook {
  source: string;
  /** The `webhook-…` headers. */
  headers: Record<string, string>;
  /** The very bytes that are signed, as text. */
  body: string;
  /** The body as JSON. */
  payload: unknown;
}

/**
 * Whether one of the secrets has signed it, not more than five minutes ago or ahead. The comparison takes the same
 * time wherever the signatures differ.
 * @returns What is wrong; `undefined` when nothing is.
 */
export function signatureFault(
  { headers, body }: Pick<ReceivedWebhook, 'headers' | 'body'>,
  secrets: readonly string[],
): string | undefined {
  let fault = 'No secret is set for this source';
  for (const secret of secrets) {
    try {
      new Webhook(secret).verify(body, headers, { jsonParse: false });
      return undefined;
    } catch (error) {
      if (!(error instanceof WebhookVerificationError)) throw error;
      fault = error.message;
    }
  }
  return fault;
}

/** Stores a webhook whose signature is right as a task; one that comes again finds it. */
export async function storeWebhook(
  tasks: TaskClient,
  entries: EntryStore,
  { source, headers, body, payload }: ReceivedWebhook,
): Promise<SubmitResult> {
  const { 'webhook-id': id = '' } = headers;
  const event = eventOf(payload);
  const key = `${source}:${id}`;
  const submitted = await tasks.submit({
    type: WEBHOOK_PROCESS,
    input: { source, id, event, body },
    ...(isValidKey(key) && { key }),
  });
  const subject = subjectOf(event, payload);
  const { generation } = submitted.task;
  // Older ones that still wait find it here, and leave their work to this one.
  if (subject !== undefined && generation) await new Arrivals(entries).note(subject, generation);
  return submitted;
}
