import { z } from 'zod';

export const webhookUrl = z
  .url({ protocol: /^https?$/, error: 'must be an http:// or https:// address' })
  .max(2048)
  // What a URL parser forgives is not what was meant: backslashes, line breaks, missing slashes.
  .refine(isPlain, 'must be written out, without backslashes and blanks')
  .refine(hasNoUser, 'must not contain a user name or password')
  .meta({ pattern: '^[Hh][Tt][Tt][Pp][Ss]?://[^\\s@\\\\/?#]+([/?#][^\\s\\\\]*)?$' });

/** What is no address at all has been said already. */
function isPlain(text: string): boolean {
  const isAddress = URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
  return !isAddress || /^https?:\/\/[^\s\\\p{Cc}]+$/iu.test(text);
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

/** Who is told of a task's end. */
export const notifySchema = z
  .array(webhookTarget)
  .max(5, 'at most 5')
  .describe("Who is told of the task's end, by a webhook.deliver task each; five at most.");

export const deliveredPolicy = z
  .enum(['2xx', 'any-answer'])
  .describe('What counts as delivered: an answer of 200 to 299, others being tried again; or any answer at all.');
export type DeliveredPolicy = z.output<typeof deliveredPolicy>;
