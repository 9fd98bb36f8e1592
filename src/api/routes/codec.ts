import { z } from 'zod';
import { payloadFromJson, payloadSchema, payloadToJson } from '../../encryption/payload-json';
import type { RouteDeps } from '../deps';
import { defineRoute, type Route } from '../routing/route';

const MOST_PAYLOADS = 5000;

/** Temporal's protocol for remote codecs; other members of its messages are ignored. */
const payloads = z
  .object({ payloads: z.array(payloadSchema).max(MOST_PAYLOADS) })
  .describe('Payloads as Temporal writes them in JSON: metadata and data in base64.');

/** What the Web UI and the stock command line ask, to show payloads that are encrypted. */
export function codecRoutes({ codec }: RouteDeps): Route[] {
  const route = (name: 'encode' | 'decode', id: string, summary: string, description: string) =>
    defineRoute({
      method: 'post',
      path: `/v1/codec/${name}`,
      id,
      tag: 'Service',
      access: { scope: 'operate', over: 'installation' },
      summary,
      description,
      body: payloads,
      examples: { 'a plain one': { payloads: [{ metadata: { encoding: 'anNvbi9wbGFpbg==' }, data: 'MTc=' }] } },
      answers: {
        200: { description: 'The payloads, in the same order.', content: { 'application/json': payloads } },
      },
      handle: async ({ body }) => {
        const made = await codec[name](body.payloads.map(payloadFromJson));
        return { status: 200, body: { payloads: made.map(payloadToJson) } };
      },
    });
  return [
    route(
      'decode',
      'decodePayloads',
      'Decrypt payloads',
      'For the Web UI and `temporal --codec-endpoint …/v1/codec`. Payloads that nobody has encrypted, or that are damaged, come back as they are.',
    ),
    route(
      'encode',
      'encodePayloads',
      'Encrypt payloads',
      'The same the other way round. Without keys they stay as they are.',
    ),
  ];
}
