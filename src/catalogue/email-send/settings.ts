import { z } from 'zod';
import { list } from '../../setting-kinds';

export const EMAIL_SETTINGS = {
  HOLDFAST_SMTP_TIMEOUT: z.coerce
    .number()
    .min(1)
    .max(600)
    .default(120)
    .describe(
      'Seconds that the mail server may stay silent before email.send gives the connection up. Defaults to 120.',
    ),
  HOLDFAST_EMAIL_FROM: z
    .email('is not an e-mail address')
    .optional()
    .describe('Sender of what email.send sends. Defaults to HOLDFAST_ALERT_FROM.'),
  HOLDFAST_EMAIL_SENDERS: list
    .pipe(
      z.array(
        z.union([z.email(), z.string().regex(/^@[a-z0-9.-]+$/i)], 'is not a list of e-mail addresses or @domains'),
      ),
    )
    .default([])
    .describe(
      'Other senders that an email.send task may name, separated by commas: addresses, or @example.com for all of a domain. Defaults to none.',
    ),
  HOLDFAST_EMAIL_MAX_BYTES: z.coerce
    .number()
    .int()
    .min(1000)
    .max(104_857_600)
    .default(10_485_760)
    .describe(
      'Bytes that the texts and attachments of a mail may have together, before they are encoded. Defaults to 10485760 (10 MiB).',
    ),
};
