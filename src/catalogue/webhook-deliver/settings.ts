import { z } from 'zod';
import { json, list } from '../../setting-kinds';
import { secretSourcesSchema } from '../../tasks/secret-ref';
import { webhookAllowSchema } from './allowed-hosts';

export const WEBHOOK_SETTINGS = {
  HOLDFAST_WEBHOOK_ALLOW: list
    .pipe(webhookAllowSchema)
    .default([])
    .describe(
      'Hosts and networks that webhooks may go to although their addresses are not public, separated by commas: host, host:port or 10.1.0.0/16. Defaults to none.',
    ),
  HOLDFAST_WEBHOOK_SECRET: z
    .string()
    .min(32, 'is shorter than 32 characters')
    .optional()
    .describe(
      'What the secrets of webhook subscriptions are derived from, at least 32 characters; the same for API and workers. Defaults to one that is made at first use and kept in the artifact store.',
    ),
  HOLDFAST_SECRETS: json(secretSourcesSchema, {}).describe(
    'Secrets that headers and addresses of webhook.deliver, and the environment and standard input of command.run, may name by secretRef: JSON, or the path of a JSON file; docs/reference/tasks/webhook-deliver.md shows one. Defaults to {}: none.',
  ),
};
