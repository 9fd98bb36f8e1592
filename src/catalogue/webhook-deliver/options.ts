import type { Config } from '../../config';
import { ConfiguredSecrets } from '../shared/secrets';
import type { WebhookSettings } from './handler';

/** What the settings say of webhooks, for workers. */
export function webhookSettings(config: Config): WebhookSettings {
  const secret = config.HOLDFAST_WEBHOOK_SECRET;
  const secrets = new ConfiguredSecrets(config.HOLDFAST_SECRETS);
  return { allow: config.HOLDFAST_WEBHOOK_ALLOW, secrets, ...(secret && { secret }) };
}
