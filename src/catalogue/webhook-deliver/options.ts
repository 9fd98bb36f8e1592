import type { Config } from '../../config';
import type { SecretResolver } from '../shared/secrets';
import type { WebhookSettings } from './handler';

/** What the settings say of webhooks, for workers. */
export function webhookSettings(config: Config, secrets: SecretResolver): WebhookSettings {
  const secret = config.HOLDFAST_WEBHOOK_SECRET;
  return { allow: config.HOLDFAST_WEBHOOK_ALLOW, secrets, ...(secret && { secret }) };
}
