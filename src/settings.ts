import { readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { groupsSchema } from './access/groups';
import { isS3Url, parseS3Url } from './artifacts/location';
import { allowedCommandsSchema } from './catalogue/command-run/allowed-command';
import { webhookAllowSchema } from './catalogue/webhook-deliver/allowed-hosts';
import { parseKeys } from './encryption/key-list-text';
import { breakerSettingsSchema } from './tasks/breaker-limits';
import { categoryOverridesSchema } from './tasks/policy-override';
import { hookSourcesSchema } from './tasks/received-webhook';
import { secretSourcesSchema } from './tasks/secret-ref';

const port = (fallback: number) => z.coerce.number().int().min(1).max(65_535).default(fallback);
const count = (fallback: number) => z.coerce.number().int().min(1).max(10_000).default(fallback);
const seconds = (fallback: number) => z.coerce.number().min(0).max(86_400).default(fallback);
const days = (longest: number) => z.coerce.number().positive().max(longest);
const list = z.string().transform((text) =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean),
);

const webAddress = z.url({ protocol: /^https?$/, error: 'is not an http:// or https:// address' });
const origin = webAddress.refine(
  (text) => new URL(text).origin === text,
  'is not an origin such as https://temporal.example.com',
);
/** The text of a file that a setting names. */
const textFile = z
  .string()
  .transform((file, context) => {
    try {
      return readFileSync(file, 'utf8');
    } catch (error) {
      context.addIssue({ code: 'custom', message: `cannot be read: ${(error as Error).message}` });
      return z.NEVER;
    }
  })
  .optional();

const encryptionKeys = z.string().transform((text, context) => {
  try {
    return parseKeys(text);
  } catch (error) {
    context.addIssue({ code: 'custom', message: (error as Error).message });
    return z.NEVER;
  }
});

/** A setting that holds JSON: the text itself, or the path of a file with it. */
const json = <T extends z.ZodType>(schema: T, fallback: z.output<T>) =>
  z
    .string()
    .transform((text, context) => {
      try {
        return JSON.parse(/^\s*[[{]/.test(text) ? text : readFileSync(text, 'utf8')) as unknown;
      } catch (error) {
        context.addIssue({
          code: 'custom',
          message: `is neither JSON nor the path of a JSON file: ${(error as Error).message}`,
        });
        return z.NEVER;
      }
    })
    .pipe(schema)
    .default(fallback as never);

/** What is secret may go there: encrypted, or not off this host. */
function isSafeFor({ protocol, hostname }: URL): boolean {
  return protocol === 'https:' || /^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
}

/** Every setting, its check and its description. docs/reference/settings.md lists the same descriptions. */
export const SETTINGS = {
  HOLDFAST_APP: z
    .string()
    .optional()
    .transform((file) => file && path.resolve(file))
    .describe(
      'Module whose default export is the app, made with defineApp; TypeScript needs no build. Defaults to holdfast.config.ts (or .mts, .js, .mjs, .cjs) in the working folder, else to the app with all shipped task types.',
    ),
  HOLDFAST_HOST: z
    .string()
    .default('127.0.0.1')
    .describe(
      'Address the API listens on. Beyond loopback it needs an API key, HOLDFAST_HOST_NAMES, and TLS or HOLDFAST_PROXIES. Defaults to 127.0.0.1.',
    ),
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
  HOLDFAST_TENANT_TASKS: z.coerce
    .number()
    .int()
    .min(1)
    .max(10_000_000)
    .default(50_000)
    .describe('Open tasks that a tenant with keys of its own may have; counted every few seconds. Defaults to 50000.'),
  HOLDFAST_KEY_RATE: count(100).describe(
    'Requests of one API key in a second, on the average of ten seconds; each API process counts for itself. Defaults to 100.',
  ),
  HOLDFAST_KEY_BYTES: z.coerce
    .number()
    .int()
    .min(1)
    .default(10_737_418_240)
    .describe(
      'Bytes of files that one API key may upload in an hour; each API process counts for itself. Defaults to 10737418240 (10 GiB).',
    ),
  HOLDFAST_TENANT_BYTES: z.coerce
    .number()
    .int()
    .min(1)
    .default(107_374_182_400)
    .describe(
      'Bytes of files and of submissions that a tenant with keys of its own may send in a day; each API process counts for itself. Defaults to 107374182400 (100 GiB).',
    ),
  HOLDFAST_OIDC_ISSUER: z
    .url({ protocol: /^https?$/, error: 'is not an https:// address' })
    .refine(
      (address) => !URL.canParse(address) || isSafeFor(new URL(address)),
      'must be an https:// address; http:// is for loopback only',
    )
    .optional()
    .describe(
      'Address of the OpenID Connect provider at which people sign in to the dashboard, as its documents name the issuer. Defaults to none.',
    ),
  HOLDFAST_OIDC_CLIENT_ID: z
    .string()
    .optional()
    .describe('What the provider calls this installation. Defaults to none.'),
  HOLDFAST_OIDC_CLIENT_SECRET: z
    .string()
    .optional()
    .describe('The secret that the provider has given it. Defaults to none: a public client, with PKCE alone.'),
  HOLDFAST_OIDC_SCOPE: z
    .string()
    .regex(/^openid( \S+)*$/, 'does not begin with openid, or has more than spaces between the scopes')
    .default('openid profile email')
    .describe('What is asked of the provider, separated by spaces. Defaults to openid profile email.'),
  HOLDFAST_OIDC_GROUPS_CLAIM: z
    .string()
    .min(1)
    .max(200)
    .default('groups')
    .describe("The claim that lists a person's groups. Defaults to groups."),
  HOLDFAST_OIDC_GROUPS: json(groupsSchema, {}).describe(
    'What the members of each group may do: JSON, or the path of a JSON file; docs/operations/sign-in.md shows one. Defaults to {}.',
  ),
  HOLDFAST_PORT: port(3000).describe('Port of the API. Defaults to 3000.'),
  HOLDFAST_TEMPORAL_PORT: port(7233).describe('Port of the embedded Temporal server. Defaults to 7233.'),
  HOLDFAST_UI_PORT: port(8233).describe("Port of the embedded server's Web UI. Defaults to 8233."),
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
  HOLDFAST_HOME: z
    .string()
    .default('.holdfast')
    .transform((folder) => path.resolve(folder))
    .describe('Folder for the embedded database, tools and artifacts. Defaults to .holdfast in the working folder.'),
  HOLDFAST_ARTIFACTS: z
    .string()
    .optional()
    .refine((place) => !place || !isS3Url(place) || parseS3Url(place) !== undefined, {
      message: 'is no address of a bucket: expected s3://bucket or s3://bucket/prefix',
    })
    .transform((place) => (place && !isS3Url(place) ? path.resolve(place) : place))
    .describe(
      'The artifact store, which API, workers and monitor share: a folder, or a bucket as s3://bucket/prefix. Defaults to artifacts in HOLDFAST_HOME.',
    ),
  HOLDFAST_S3_ENDPOINT: z
    .url({ protocol: /^https?$/, message: 'must be an http or https address' })
    .optional()
    .describe(
      "Address of the S3-compatible service of HOLDFAST_ARTIFACTS; its credentials are looked for where Amazon's library does. Defaults to Amazon's of the region.",
    ),
  HOLDFAST_S3_REGION: z
    .string()
    .optional()
    .describe('Region of the bucket. Defaults to AWS_REGION, or else us-east-1.'),
  HOLDFAST_S3_PRESIGN: z
    .enum(['on', 'off'])
    .default('off')
    .describe(
      'Whether downloads are redirected (302) to an address of the bucket that works for a minute: on or off. Callers must reach the service then. Defaults to off.',
    ),
  HOLDFAST_ENCRYPTION_KEYS: encryptionKeys
    .optional()
    .describe(
      'Keys that encrypt payloads and the artifact store: id:base64 each, separated by commas; the first one encrypts, all of them decrypt. The same for API, workers, monitor and command line. Defaults to none: nothing is encrypted.',
    ),
  HOLDFAST_ENCRYPTION_KEYS_FILE: textFile
    .pipe(encryptionKeys.optional())
    .describe('File with them instead, one a line. Defaults to none.'),
  HOLDFAST_CODEC_ORIGINS: list
    .pipe(z.array(origin))
    .default([])
    .describe(
      "Origins of Temporal's Web UI, separated by commas, as https://temporal.example.com: its pages may have payloads decrypted by the API. Defaults to that of HOLDFAST_TEMPORAL_UI.",
    ),
  HOLDFAST_LOG_LEVEL: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
    .default('info')
    .describe('Least level that is logged. Defaults to info.'),
  HOLDFAST_QUEUES: list
    .default([])
    .describe(
      'Queues a worker serves, separated by commas; --queues wins. The API takes tasks for these, too, besides those of the policies. Defaults to every queue of the policies.',
    ),
  HOLDFAST_CATEGORIES: json(categoryOverridesSchema, {}).describe(
    'Changes to the category policies: JSON, or the path of a JSON file; times in seconds. Defaults to {}.',
  ),
  TASK_MAX_PROCESSING_TIME: z.coerce
    .number()
    .min(1)
    .max(30 * 86_400)
    .default(3600)
    .describe(
      'Seconds that the attempts of a task may run together before it fails; waiting does not count, but for the time after an attempt for which its queue has no worker. Task types with a longer limit of their own keep it. Defaults to 3600.',
    ),
  TASK_MAX_QUEUE_TIME: z.coerce
    .number()
    .min(0)
    .max(365 * 86_400)
    .default(86_400)
    .describe(
      'Seconds after which the monitor fails a task that no worker has ever served, as long as its queue has none; 0: never. A maxQueueTime of the task, its type or its category counts instead. Defaults to 86400.',
    ),
  HOLDFAST_RETENTION_DAYS: z.coerce
    .number()
    .min(1)
    .max(3650)
    .default(30)
    .describe('Days for which Temporal keeps ended tasks; no window may be longer. Defaults to 30.'),
  HOLDFAST_KEEP_COMPLETED_DAYS: days(365)
    .optional()
    .describe(
      'Days after which the monitor deletes completed and cancelled tasks; a task whose key still answers stays. Fractions are allowed; at most HOLDFAST_RETENTION_DAYS. Defaults to 7, or to that if it is less.',
    ),
  HOLDFAST_KEEP_FAILED_DAYS: days(365)
    .optional()
    .describe('The same for failed tasks. Defaults to 30, or to HOLDFAST_RETENTION_DAYS if that is less.'),
  HOLDFAST_ARTIFACT_DAYS: days(4000)
    .optional()
    .describe(
      'Days after its last use from which a file goes that no task refers to any more; more than HOLDFAST_RETENTION_DAYS. Defaults to 7 more than that.',
    ),
  TASK_MONITOR_INTERVAL: z.coerce
    .number()
    .min(1)
    .max(86_400)
    .default(900)
    .describe('Seconds between two passes of the monitor. Defaults to 900.'),
  HOLDFAST_WATCHDOG_INTERVAL: z.coerce
    .number()
    .min(0.5)
    .max(3600)
    .default(30)
    .describe(
      'Seconds between two looks of the watchdogs, which alert when Temporal, the workers or the monitor are gone. Defaults to 30.',
    ),
  HOLDFAST_MAX_UPLOAD_BYTES: z.coerce
    .number()
    .int()
    .min(1)
    .default(104_857_600)
    .describe('Largest uploaded file, in bytes. Defaults to 104857600 (100 MiB).'),
  HOLDFAST_IMAGE_MAX_PIXELS: z.coerce
    .number()
    .int()
    .min(1)
    .max(1_000_000_000)
    .default(50_000_000)
    .describe('Largest image that image.convert reads or makes, in pixels. Defaults to 50000000.'),
  HOLDFAST_IMAGE_MAX_SECONDS: z.coerce
    .number()
    .min(1)
    .max(86_400)
    .default(60)
    .describe(
      'Longest conversion that image.convert begins, in seconds of one core, by an estimate from pixels, format and colours. Defaults to 60.',
    ),
  HOLDFAST_COMMANDS: json(allowedCommandsSchema, {}).describe(
    'Programs that command.run may start, by name: JSON, or the path of a JSON file; docs/reference/tasks/command-run.md lists the fields. Defaults to {}: none.',
  ),
  HOLDFAST_PYTHON: z
    .string()
    .optional()
    .transform((file) => file && path.resolve(file))
    .describe(
      'Python with the packages of python/requirements.txt, for citations.extract. Defaults to the environment that set-up makes in tools/citations of HOLDFAST_HOME.',
    ),
  HOLDFAST_URL_HOSTS: list
    .default([])
    .describe(
      'Hosts that citations.extract may fetch pages from although their addresses are not public, separated by commas: host, or host:port. Defaults to none.',
    ),
  HOLDFAST_COURTLISTENER_URL: z
    .url({ protocol: /^https?$/, error: 'is not an http:// or https:// address' })
    .optional()
    .describe(
      "Address of CourtListener's citation look-up, or of a service in its shape, that verifies citations. Defaults to none: only the table of landmark cases that comes with Holdfast.",
    ),
  HOLDFAST_COURTLISTENER_TOKEN: z.string().optional().describe('Token for that citation look-up. Defaults to none.'),
  HOLDFAST_COURTLISTENER_RATE: z.coerce
    .number()
    .int()
    .min(1)
    .max(10_000)
    .default(180)
    .describe('Calls a minute that one worker process makes to that citation look-up, at most. Defaults to 180.'),
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
  HOLDFAST_HOOK_SOURCES: json(hookSourcesSchema, {}).describe(
    'Who may send webhooks, by name, with their secrets: JSON, or the path of a JSON file; docs/reference/tasks/webhook-process.md shows one. Defaults to {}: nobody.',
  ),
  HOLDFAST_BREAKERS: json(breakerSettingsSchema, {}).describe(
    'When circuit breakers open, by kind or by name: JSON, or the path of a JSON file; docs/learning/circuit-breakers.md lists the fields. Defaults to {}: 5 failures in a row (10 of a database), 300 s.',
  ),
  HOLDFAST_FACILITY_DATABASE: z
    .string()
    .refine(
      (text) => text === 'off' || text === 'embedded' || (/^postgres(ql)?:\/\//.test(text) && URL.canParse(text)),
      'is neither "off" nor "embedded" nor a postgres:// address',
    )
    .default('off')
    .describe(
      'Database of the facility pack: off, which is to do without the pack; embedded, which keeps it in facility of HOLDFAST_HOME for one worker process; or a PostgreSQL server, as postgres://user:password@host:5432/name. Defaults to off; `npm start` with its own Temporal server says embedded.',
    ),
  HOLDFAST_CONCURRENCY: count(20).describe('Attempts that a worker runs at once on each queue. Defaults to 20.'),
  HOLDFAST_CACHED_TASKS: z.coerce
    .number()
    .int()
    .min(50)
    .max(10_000)
    .default(600)
    .describe(
      'Workflows that a worker keeps in memory on each queue, at least 50; bounds its memory. Defaults to 600.',
    ),
  HOLDFAST_POLLERS: z
    .union([z.literal('auto'), z.coerce.number().int().min(2).max(100)], 'is neither "auto" nor a number from 2 to 100')
    .default('auto')
    .describe(
      'Polls for work that a worker keeps open on each queue, for tasks and for attempts each: a number, or auto, which follows the load between 1 and 10. Defaults to auto.',
    ),
  HOLDFAST_TUNER: z
    .enum(['fixed', 'resources'])
    .default('fixed')
    .describe(
      'How many attempts a worker runs at once: fixed, which is HOLDFAST_CONCURRENCY; or resources, which is as many as keep memory below 80 % and processors below 90 %, HOLDFAST_CONCURRENCY at most. Defaults to fixed.',
    ),
  HOLDFAST_WORKFLOW_THREADS: count(1).describe(
    'Threads in which a worker process evaluates workflow code, for all of its queues together; each takes some forty MB. Defaults to 1.',
  ),
  HOLDFAST_SHUTDOWN_GRACE: seconds(30).describe(
    'Seconds that running attempts get to finish when a worker stops. Defaults to 30.',
  ),
  HOLDFAST_SHUTDOWN_FORCE: seconds(15).describe(
    'Seconds after the grace in which cancelled attempts may clean up. Defaults to 15.',
  ),
  HOLDFAST_DEPLOYMENT: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,100}$/, 'takes letters, digits, _ and -')
    .optional()
    .describe(
      'Name of the versioned deployment that the workers of this installation are a build of (Worker Versioning). Defaults to none: work goes to whichever worker polls.',
    ),
  HOLDFAST_BUILD_ID: z
    .string()
    .regex(/^[A-Za-z0-9._+-]{1,100}$/, 'takes letters, digits and . _ + -')
    .optional()
    .describe('Names the build in it. Defaults to the version and the commit, as 0.5.0-1a2b3c4d5e6f.'),
  HOLDFAST_TEMPORAL_DEADLINE: z.coerce
    .number()
    .min(0.5)
    .max(60)
    .default(4)
    .describe('Seconds that one call to Temporal may take before the API answers 503. Defaults to 4.'),
  HOLDFAST_VISIBILITY_RATE: z.coerce
    .number()
    .min(1)
    .max(10_000)
    .default(8)
    .describe(
      'Calls a second that one process makes to list and count workflows, at most. A stock Temporal server allows 10 for a namespace. Defaults to 8; `npm start` with its own Temporal server says 80.',
    ),
  OTEL_EXPORTER_OTLP_ENDPOINT: webAddress
    .optional()
    .describe(
      "Collector that traces are sent to by OTLP over HTTP, as http://127.0.0.1:4318; OpenTelemetry's other names for headers, time-outs, sampling and batches work as well. Defaults to none: no traces.",
    ),
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: webAddress
    .optional()
    .describe('Whole address for traces, if it is not /v1/traces of that. Defaults to none.'),
  OTEL_EXPORTER_OTLP_PROTOCOL: z
    .enum(['http/protobuf', 'http/json'])
    .default('http/protobuf')
    .describe('How traces are written: http/protobuf or http/json. Defaults to http/protobuf.'),
  OTEL_EXPORTER_OTLP_HEADERS: z
    .string()
    .optional()
    .describe('Headers for the collector, as name=value, separated by commas. Defaults to none.'),
  OTEL_SERVICE_NAME: z
    .string()
    .optional()
    .describe(
      'What a process is called in traces. Defaults to holdfast-api, holdfast-worker, or holdfast for all roles in one.',
    ),
  OTEL_RESOURCE_ATTRIBUTES: z
    .string()
    .optional()
    .describe('What else traces say of the process, as name=value, separated by commas. Defaults to nothing.'),
  OTEL_TRACES_SAMPLER: z
    .string()
    .optional()
    .describe('Which requests begin a trace, as parentbased_traceidratio. Defaults to parentbased_always_on.'),
  OTEL_TRACES_SAMPLER_ARG: z.string().optional().describe('Share of them, as 0.1. Defaults to 1.'),
  OTEL_SDK_DISABLED: z
    .enum(['true', 'false'])
    .default('false')
    .transform((text) => text === 'true')
    .describe('Switches traces off although a collector is named: true or false. Defaults to false.'),
  HOLDFAST_METRICS_PORT: z.coerce
    .number()
    .int()
    .min(0)
    .max(65_535)
    .default(9464)
    .describe('Port on which a worker or monitor of its own serves its metrics; 0: none. Defaults to 9464.'),
  HOLDFAST_METRICS_HOST: z
    .string()
    .default('127.0.0.1')
    .describe(
      'Address on which it does so; nobody is asked for a key there, so open it to a network of your own only. Defaults to 127.0.0.1.',
    ),
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
} as const;

export type Settings = z.output<z.ZodObject<typeof SETTINGS>>;

/** The settings as `[name, words]`, for docs/reference/settings.md and `--help`. */
export function settingDescriptions(): [name: string, words: string][] {
  return Object.entries(SETTINGS).map(([name, schema]) => [name, schema.description ?? '']);
}
