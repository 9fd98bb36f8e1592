import { z } from 'zod';
import { json, list, port, textFile, webAddress } from '../setting-kinds';
import { hookSourcesSchema } from '../tasks/received-webhook';

const origin = webAddress.refine(
  (text) => new URL(text).origin === text,
  'is not an origin such as https://temporal.example.com',
);

/** Where the API is, whom it answers and what it shows of the place it runs in. */
export const API_SETTINGS = {
  HOLDFAST_HOST: z
    .string()
    .default('127.0.0.1')
    .describe(
      'Address the API listens on. Beyond loopback it needs an API key, HOLDFAST_HOST_NAMES, and TLS or HOLDFAST_PROXIES. Defaults to 127.0.0.1.',
    ),
  HOLDFAST_PORT: port(3000).describe('Port of the API. Defaults to 3000.'),
  HOLDFAST_HOST_NAMES: list
    .transform((names) => names.map((name) => name.toLowerCase()))
    .default([])
    .describe(
      'Names by which callers know the API, separated by commas; requests for other names are refused, but for those of loopback. Defaults to none.',
    ),
  HOLDFAST_TLS_CERT: textFile.describe(
    'File with the certificate of the API, and its chain, in PEM. Defaults to none: plain HTTP.',
  ),
  HOLDFAST_TLS_KEY: textFile.describe('File with its private key. Defaults to none.'),
  HOLDFAST_PROXIES: list
    .default([])
    .describe(
      'Addresses and networks of the proxies that encrypt in front of the API, separated by commas: only their X-Forwarded- headers count. Defaults to none.',
    ),
  HOLDFAST_ENVIRONMENT: z
    .string()
    .trim()
    .min(1)
    .max(40)
    .default('local')
    .describe('What this place is called; the dashboard shows it. Defaults to local.'),
  HOLDFAST_ENVIRONMENT_COLOUR: z
    .string()
    .regex(/^#[0-9a-f]{6}$/i, 'is not a colour such as #b42318')
    .optional()
    .describe('Colour of that name in the dashboard: #rrggbb. Defaults to a quiet one.'),
  HOLDFAST_TEMPORAL_UI: webAddress
    .optional()
    .describe(
      "Address of Temporal's Web UI, to which the dashboard links. Defaults to that of the embedded server, else to none.",
    ),
  HOLDFAST_PUBLIC_URL: webAddress
    .optional()
    .describe(
      "Address of the dashboard for people's browsers. When set, each task's details in Temporal's Web UI link to the task's page. Defaults to none.",
    ),
  HOLDFAST_CODEC_ORIGINS: list
    .pipe(z.array(origin))
    .default([])
    .describe(
      "Origins of Temporal's Web UI, separated by commas, as https://temporal.example.com: its pages may have payloads decrypted by the API. Defaults to that of HOLDFAST_TEMPORAL_UI.",
    ),
  HOLDFAST_MAX_UPLOAD_BYTES: z.coerce
    .number()
    .int()
    .min(1)
    .default(104_857_600)
    .describe('Largest uploaded file, in bytes. Defaults to 104857600 (100 MiB).'),
  HOLDFAST_HOOK_SOURCES: json(hookSourcesSchema, {}).describe(
    'Who may send webhooks, by name, with their secrets: JSON, or the path of a JSON file; docs/reference/tasks/webhook-process.md shows one. Defaults to {}: nobody.',
  ),
};
