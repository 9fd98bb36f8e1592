import type { Config } from '../../config';
import type { WebhookSettings } from './handler';

/** What the settings say of webhooks, for workers. */
export function webhookSettings(config: Config): WebhookSettings {
  const secret = config.HOLDFAST_WEBHOOK_SECRET;
  return { allow: config.HOLDFAST_WEBHOOK_ALLOW, ...(secret && { secret }) };
}
