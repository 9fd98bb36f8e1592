/** The words of webhooks. This file imports nothing, so that workflow code can use it. */

/** The task type that posts a webhook: the engine submits one for each news of a task's end, and for each event. */
export const WEBHOOK_DELIVER = 'webhook.deliver';
/** The task type that does what a received webhook asks for. */
export const WEBHOOK_PROCESS = 'webhook.process';

/** Where a webhook goes: an address, or a subscription with its address and secrets. */
export type WebhookTarget = { url: string } | { subscription: string };

/** The end of a task, for those who asked to be told. Times are ISO. */
export interface EndNews {
  taskId: string;
  runId: string;
  type: string;
  key?: string;
  tenant?: string;
  notify: WebhookTarget[];
  state: 'completed' | 'failed' | 'cancelled';
  endedAt: string;
  /** Of a completed task; of a large one a reference to it. */
  result?: unknown;
  /** Of a failed one. */
  failure?: { code: string; class: string; message: string };
}

/** A subscription as the store keeps it: one entry for each change, so that what was is not lost. Times are ISO. */
export interface SubscriptionRecord {
  id: string;
  url: string;
  /** Names of events, `order.*` for all below, `*` for all. */
  events: string[];
  description?: string;
  /** Only events of this tenant come here; without one, only those of none. */
  tenant?: string;
  delivered: '2xx' | 'any-answer';
  enabled: boolean;
  /** Present while it is disabled. */
  disabled?: { at: string; by: string; reason: string };
  /** Number of its secret; each rotation makes the next one. */
  secret: number;
  /** Until when the secret before signs too. */
  oldSecretUntil?: string;
  /** Secrets before that one whose own time is not over, the newest first. */
  olderSecrets?: { secret: number; until: string }[];
  createdAt: string;
}

/** What a delivery to a subscription came to. */
export interface DeliveryResult {
  /** ISO time. */
  at: string;
  task: string;
  /** Status of the answer; absent when there was none. */
  status?: number;
  /** Why there was no answer. */
  error?: string;
  durationMs: number;
  /** What was sent, with personal data masked. */
  sample: unknown;
}
