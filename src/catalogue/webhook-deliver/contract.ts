import { z } from 'zod';
import { WEBHOOK_DELIVER } from '../../protocol/webhook';
import { defineContract } from '../../tasks/contract';
import { jsonValue } from '../../tasks/plain-schemas';
import { secretRef } from '../../tasks/secret-ref';
import { deliveredPolicy, webhookTarget, webhookUrl } from '../../tasks/webhook-target';
import { headerLine } from '../shared/email-address';

/** Longest run of one request, in seconds. */
const LONGEST_REQUEST = 60;
/** The policy's limit lies this far (seconds) above it, so that the request's own speaks first. */
const TIMEOUT_MARGIN = 30;
/** Most bytes of a body that is sent. */
const MAX_BODY_BYTES = 1024 * 1024;

const HEADER_NAME = /^(?:authorization|x-[a-z0-9-]{1,60})$/i;
const MOST_HEADERS = 10;

/** Addresses that are secrets by themselves, such as those of chat rooms: the host is no secret. */
const secretTarget = z.strictObject({
  url: webhookUrl,
  path: secretRef.describe('What follows the host, where that is a secret.'),
});

const input = z.strictObject({
  to: z
    .union([webhookTarget, secretTarget], {
      error: 'must be {"url": "https://…"}, with {"path": {"secretRef": "…"}} or not, or {"subscription": "sub_…"}',
    })
    .describe('An address, or a subscription: then its address is used, and its secrets sign the request.'),
  payload: jsonValue
    .refine(
      (payload) => Buffer.byteLength(JSON.stringify(payload)) <= MAX_BODY_BYTES,
      `must have at most ${MAX_BODY_BYTES} bytes as JSON`,
    )
    .describe('The body, sent as JSON; at most 1 MiB.'),
  id: z
    .string()
    .regex(/^[A-Za-z0-9_:-]{1,128}$/, 'must be 1 to 128 letters, digits and _ : -')
    .optional()
    .describe('The webhook-id that is sent: the same for every attempt. Defaults to one made from the effect key.'),
  headers: z
    .record(
      z.string().regex(HEADER_NAME, 'must be Authorization, or begin with X-'),
      z.union([headerLine(2000).min(1), secretRef], {
        error: 'must be one line of text, or {"secretRef": "…"}',
      }),
    )
    .refine((headers) => Object.keys(headers).length <= MOST_HEADERS, `has more than ${MOST_HEADERS} headers`)
    .optional()
    .describe(
      `Further headers: Authorization and those that begin with X-, ${MOST_HEADERS} at most; a value is a text or {"secretRef": "…"}. Defaults to none.`,
    ),
  delivered: deliveredPolicy
    .optional()
    .describe("What counts as delivered. Defaults to the subscription's, else to 2xx."),
  timeout: z
    .number()
    .min(0.1)
    .max(LONGEST_REQUEST)
    .default(LONGEST_REQUEST)
    .describe(`Longest wait for the answer, in seconds. Defaults to ${LONGEST_REQUEST}.`),
});

const output = z.object({
  status: z.int().describe('Status of the answer.'),
  webhookId: z.string(),
  at: z.iso.datetime().describe('When the request was made.'),
  durationMs: z.int().min(0),
  body: z.string().describe('The beginning of the answer, secrets redacted.'),
  bytes: z.int().min(0).describe('Bytes of the answer that were read, at most 64 KiB.'),
  truncated: z.boolean().describe('True when the answer was longer, or broke off.'),
  signed: z.boolean(),
  saved: z
    .boolean()
    .describe('False when the answer could not be written down. It stands all the same: no second request was made.'),
  disabled: z
    .literal(true)
    .optional()
    .describe('Present when the answer was 410: the subscription is disabled, or removed if it says so.'),
});

export const webhookDeliver = defineContract({
  type: WEBHOOK_DELIVER,
  summary: 'Posts a payload to a receiver, signed as Standard Webhooks says.',
  category: 'default',
  input,
  output,
  // Receivers come back within a minute or within hours: 5 s, 35 s, 4 min, 29 min; then the dead letter's redrives.
  policy: {
    attempts: 5,
    firstDelay: 5,
    growth: 7,
    cap: 3600,
    jitter: 0.2,
    timeout: LONGEST_REQUEST + TIMEOUT_MARGIN,
    // An event that is published again within the week finds its deliveries.
    window: 7 * 86_400,
  },
  example: { to: { url: 'https://example.com/hooks' }, payload: { type: 'order.paid', data: { order: 17 } } },
});
export type WebhookDeliverInput = z.output<typeof input>;
