import { isUtf8 } from 'node:buffer';
import { z } from 'zod';
import { signatureFault, storeWebhook } from '../../client/webhooks/receive';
import { TelemetryStore } from '../../client/webhooks/telemetry-store';
import { HoldfastError } from '../../errors';
import { MAX_HOOK_BYTES } from '../../tasks/received-webhook';
import type { RouteDeps } from '../deps';
import { parseJson } from '../http/parse-json';
import { Problem } from '../http/problems';
import { receiveBytes } from '../http/receive-bytes';
import { defineRoute, type Route } from '../routing/route';
import { pathName } from '../schemas/parameters';
import { TEMPORAL, taskUrl } from './answers';

const text = (description: string) => z.string().min(1).max(1000).describe(description);

const headers = z.object({
  'webhook-id': z
    .string()
    .regex(/^[\x21-\x7e]{1,150}$/, 'must be 1 to 150 printable ASCII characters')
    .describe('The same whenever the sender repeats it.'),
  'webhook-timestamp': text('Seconds since 1970; at most five minutes away from now.'),
  'webhook-signature': text('v1, and the base64 signature; several are separated by spaces.'),
});

const stored = z
  .object({
    id: z.string().describe('ID of the task.'),
    duplicate: z.boolean().describe('True when it came before: then this is the task of the first time.'),
  })
  .meta({ id: 'ReceivedWebhook' });

const BYTE_ORDER_MARK = '\ufeff';

/** What its task could not read later is refused while its sender still listens. */
async function payloadOf(bytes: Buffer): Promise<object> {
  if (bytes.length === 0) throw new Problem('malformed-request', 'The body is empty: a webhook is a JSON object.');
  if (bytes.toString('utf8', 0, 3) === BYTE_ORDER_MARK) {
    throw new Problem('malformed-request', 'The body begins with a byte order mark, which JSON does not have.');
  }
  const payload = await parseJson(bytes);
  if (typeof payload !== 'object' || payload === null || Array.isArray(payload)) {
    throw new Problem('malformed-request', 'The body is JSON, but no object.');
  }
  return payload;
}

export function hookRoutes({ tasks, artifacts, hookSources, metrics }: RouteDeps): Route[] {
  return [
    defineRoute({
      method: 'post',
      path: '/v1/hooks/{source}',
      id: 'receiveWebhook',
      access: 'open',
      tag: 'Webhooks',
      summary: 'Receive a webhook',
      description: `Checks the signature as Standard Webhooks says, stores the webhook as a webhook.process task and answers at once. The body is JSON, at most ${MAX_HOOK_BYTES} bytes.`,
      params: z.object({ source: pathName.describe('A source of the setting HOLDFAST_HOOK_SOURCES.') }),
      headers,
      upload: true,
      answers: {
        202: {
          description: 'It is stored, and will be processed.',
          content: { 'application/json': stored },
          headers: { Location: 'Address of the task.' },
        },
      },
      problems: [
        ...TEMPORAL,
        'not-found',
        'too-large',
        'unsupported-media-type',
        'request-timeout',
        'key-reused',
        'invalid-request',
      ],
      handle: async ({ params: { source }, headers: given }, { request }) => {
        const known = Object.hasOwn(hookSources, source) ? hookSources[source] : undefined;
        const bytes = await receiveBytes(request, MAX_HOOK_BYTES);
        if (!known) throw new HoldfastError('not-found', `There is no source ${source} of webhooks.`);
        if (!isUtf8(bytes)) throw new Problem('malformed-request', 'The body is not UTF-8, which JSON is.');
        const body = bytes.toString('utf8');
        const fault = signatureFault({ headers: given, body }, known.secrets);
        if (fault) throw new Problem('forbidden', `The signature is not accepted: ${fault}.`);
        const payload = await payloadOf(bytes);
        const { task, duplicate } = await storeWebhook(tasks, artifacts.entries, {
          source,
          headers: given,
          body,
          payload,
        });
        metrics.submitted(task.type, duplicate);
        return { status: 202, headers: { Location: taskUrl(task) }, body: { id: task.id, duplicate } };
      },
    }),
    defineRoute({
      method: 'get',
      path: '/v1/telemetry/{user}/{asset}',
      id: 'readTelemetry',
      access: { scope: 'read', over: 'installation' },
      tag: 'Webhooks',
      summary: "Read the telemetry of a user's work on an asset",
      params: z.object({
        user: pathName,
        asset: pathName.describe('Its slug in lower case, asset:ID or package:ID.'),
      }),
      answers: {
        200: {
          description: 'The newest batch.',
          content: {
            'application/json': z
              .object({
                user: pathName,
                asset: z.string(),
                task: z.string().describe('The task that stored it.'),
                storedAt: z.iso.datetime(),
                batch: z.record(z.string(), z.unknown()),
              })
              .meta({ id: 'Telemetry' }),
          },
        },
      },
      problems: ['not-found'],
      handle: async ({ params: { user, asset } }) => {
        const telemetry = await new TelemetryStore(artifacts.entries).find(user, asset);
        if (!telemetry)
          throw new HoldfastError('not-found', `There is no telemetry of user ${user} and asset ${asset}.`);
        return { status: 200, body: telemetry };
      },
    }),
  ];
}
