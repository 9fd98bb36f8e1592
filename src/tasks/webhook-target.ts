import { z } from 'zod';

// Not zod's own check of a URL, which forgives blanks at both ends.
export const webhookUrl = z
  .string('must be an http:// or https:// address')
  .max(2048)
  .refine(isWebAddress, 'must be an http:// or https:// address')
  // What a URL parser forgives is not what was meant: backslashes, line breaks, missing slashes.
  .refine(isPlain, 'must be written out, without backslashes and blanks')
  .refine(hasNoUser, 'must not contain a user name or password')
  .meta({ format: 'uri', pattern: '^[Hh][Tt][Tt][Pp][Ss]?://[^\\s@\\\\/?#]+([/?#][^\\s\\\\]*)?$' });

function isWebAddress(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}

/** What is no address at all has been said already. */
function isPlain(text: string): boolean {
  return !isWebAddress(text) || /^https?:\/\/[^\s\\\p{Cc}]+$/iu.test(text);
}

function hasNoUser(text: string): boolean {
  if (!URL.canParse(text)) return true;
  const { username, password } = new URL(text);
  // An empty user is one too: the @ would lead readers to another host.
  return username === '' && password === '' && !/^\w+:\/\/[^/?#]*@/.test(text);
}

const subscriptionId = z
  .string()
  .regex(/^sub_[0-9a-z]{26}$/, 'must be the ID of a subscription: sub_ and 26 letters and digits');

/** Where a webhook goes: an address, or a subscription with its address and secrets. */
export const webhookTarget = z
  .union([z.strictObject({ url: webhookUrl }), z.strictObject({ subscription: subscriptionId })], {
    error: 'must be {"url": "https://…"} or {"subscription": "sub_…"}',
  })
  .describe('An address, or a subscription: then its address is used, and its secrets sign the request.');

/** Who is notified of a task's end. */
export const notifySchema = z
  .array(webhookTarget)
  .max(5, 'at most 5')
  .describe("Who is notified of the task's end, by a webhook.deliver task each; five at most.");

export const deliveredPolicy = z
  .enum(['2xx', 'any-answer'])
  .describe('What counts as delivered: an answer of 200 to 299, others are retried; or any answer at all.');
export type DeliveredPolicy = z.output<typeof deliveredPolicy>;
