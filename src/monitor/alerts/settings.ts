import { z } from 'zod';
import { list } from '../../setting-kinds';

/** When there is an alert, and where it goes. */
export const ALERT_SETTINGS = {
  HOLDFAST_ALERT_WEBHOOK: z
    .url({ protocol: /^https?$/, error: 'is not an http:// or https:// address' })
    .optional()
    .describe('Address that alerts are posted to as JSON. Defaults to none.'),
  HOLDFAST_ALERT_EMAIL: list
    .pipe(z.array(z.email('is not a list of e-mail addresses')))
    .default([])
    .describe('Addresses that alerts are mailed to, separated by commas; needs HOLDFAST_SMTP_URL. Defaults to none.'),
  HOLDFAST_ALERT_FROM: z
    .email('is not an e-mail address')
    .default('holdfast@localhost.localdomain')
    .describe('Sender of those mails. Defaults to holdfast@localhost.localdomain.'),
  HOLDFAST_SMTP_URL: z
    .url({ protocol: /^smtps?$/, error: 'is not an smtp:// or smtps:// address' })
    .optional()
    .describe('Mail server, as smtp://user:password@host:587; smtps:// for TLS from the start. Defaults to none.'),
  HOLDFAST_ALERT_DEAD_LETTERS: z.coerce
    .number()
    .int()
    .min(0)
    .default(50)
    .describe('Dead letters that may wait before an alert. Defaults to 50.'),
  HOLDFAST_ALERT_DUPLICATE_RATE: z.coerce
    .number()
    .min(0)
    .max(100)
    .default(5)
    .describe('Percentage of duplicates among the submissions of an hour before an alert. Defaults to 5.'),
  HOLDFAST_ALERT_FAILURE_FACTOR: z.coerce
    .number()
    .min(1)
    .default(3)
    .describe(
      "How many times its rate of the day before a task type's failure rate of an hour must be for an alert. Defaults to 3.",
    ),
};
