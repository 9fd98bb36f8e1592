/** The words of webhooks. This file imports nothing, so that workflow code can use it. */

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
