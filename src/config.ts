import { readFileSync } from 'node:fs';
import path from 'node:path';
import { distance } from 'fastest-levenshtein';
import { z } from 'zod';
import { StartError } from './errors';
import { allowedCommandsSchema } from './tasks/allowed-command';
import { CATEGORY_NAMES } from './tasks/categories';
import { type CategoryOverrides, categoryOverridesSchema } from './tasks/policy-override';

const port = (fallback: number) => z.coerce.number().int().min(1).max(65_535).default(fallback);
const count = (fallback: number) => z.coerce.number().int().min(1).max(10_000).default(fallback);
const seconds = (fallback: number) => z.coerce.number().min(0).max(86_400).default(fallback);
const list = z.string().transform((text) =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean),
);

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

/** Every setting, its check and its words. The README's table is made from these. */
const SETTINGS = {
  HOLDFAST_HOST: z
    .string()
    .default('127.0.0.1')
    .describe('Address the API listens on. Only loopback is accepted until API keys exist. Defaults to 127.0.0.1.'),
  HOLDFAST_PORT: port(3000).describe('Port of the API. Defaults to 3000.'),
  HOLDFAST_TEMPORAL_PORT: port(7233).describe('Port of the embedded Temporal server. Defaults to 7233.'),
  HOLDFAST_UI_PORT: port(8233).describe("Port of the embedded server's Web UI. Defaults to 8233."),
  HOLDFAST_HOME: z
    .string()
    .default('.holdfast')
    .transform((folder) => path.resolve(folder))
    .describe('Folder for the embedded database, tools and artifacts. Defaults to .holdfast in the working folder.'),
  HOLDFAST_ARTIFACTS: z
    .string()
    .optional()
    .transform((folder) => folder && path.resolve(folder))
    .describe('Folder of the artifact store; API and workers must share it. Defaults to artifacts in HOLDFAST_HOME.'),
  HOLDFAST_LOG_LEVEL: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
    .default('info')
    .describe('Least level that is logged. Defaults to info.'),
  HOLDFAST_QUEUES: list
    .default([])
    .describe('Queues a worker serves, separated by commas; --queues wins. Defaults to every queue of the policies.'),
  HOLDFAST_CATEGORIES: json(categoryOverridesSchema, {}).describe(
    'Changes to the category policies: JSON, or the path of a JSON file; times in seconds. Defaults to {}.',
  ),
  TASK_MAX_PROCESSING_TIME: z.coerce
    .number()
    .min(1)
    .max(30 * 86_400)
    .default(3600)
    .describe(
      'Seconds that the attempts of a task may run together before it fails; waiting does not count. Task types with a longer limit of their own keep it. Defaults to 3600.',
    ),
  HOLDFAST_RETENTION_DAYS: z.coerce
    .number()
    .min(1)
    .max(3650)
    .default(30)
    .describe('Days for which Temporal keeps ended tasks; no window may be longer. Defaults to 30.'),
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
  HOLDFAST_COMMANDS: json(allowedCommandsSchema, {}).describe(
    'Programs that command.run may start, by name: JSON, or the path of a JSON file; docs/tasks/command-run.md lists the fields. Defaults to {}: none.',
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
  HOLDFAST_SHUTDOWN_GRACE: seconds(30).describe(
    'Seconds that running attempts get to finish when a worker is told to stop. Defaults to 30.',
  ),
  HOLDFAST_SHUTDOWN_FORCE: seconds(15).describe(
    'Seconds after the grace in which cancelled attempts may clean up. Defaults to 15.',
  ),
  HOLDFAST_TEMPORAL_DEADLINE: z.coerce
    .number()
    .min(0.5)
    .max(60)
    .default(4)
    .describe('Seconds that one call to Temporal may take before the API answers 503. Defaults to 4.'),
} as const;

type Settings = { [Name in keyof typeof SETTINGS]: z.output<(typeof SETTINGS)[Name]> };

export interface Config extends Readonly<Settings> {
  /** Folder of the artifact store. */
  readonly artifactsFolder: string;
  /** HOLDFAST_CATEGORIES, with TASK_MAX_PROCESSING_TIME for those that set no limit of their own. */
  readonly categories: CategoryOverrides;
  /** True when a Temporal server is configured from outside, so that none is embedded. */
  readonly externalTemporal: boolean;
}

/** The settings as `[name, words]`, for the README's table and `--help`. */
export function settingDescriptions(): [name: string, words: string][] {
  return Object.entries(SETTINGS).map(([name, schema]) => [name, schema.description ?? '']);
}

/**
 * Reads and checks every setting, once, at start.
 * @throws StartError naming each wrong setting, or an unknown HOLDFAST_ name with the nearest known one.
 */
export function readConfig(env: NodeJS.ProcessEnv = process.env): Config {
  for (const name of Object.keys(env)) {
    if (name.startsWith('HOLDFAST_') && !(name in SETTINGS)) {
      throw new StartError(`${name} is not a setting. Did you mean ${nearest(name)}?`);
    }
  }
  const given = Object.fromEntries(
    Object.keys(SETTINGS).map((name) => [name, env[name] === '' ? undefined : env[name]]),
  );
  const parsed = z.object(SETTINGS).safeParse(given);
  if (!parsed.success) {
    const wrong = parsed.error.issues.map(
      ({ path: [name, ...rest], message }) => `${String(name)}${rest.length ? ` (${rest.join('.')})` : ''}: ${message}`,
    );
    throw new StartError(`Wrong setting: ${wrong.join('; ')}`);
  }
  const settings = parsed.data;
  if (!isLoopback(settings.HOLDFAST_HOST)) {
    throw new StartError(
      `HOLDFAST_HOST is ${settings.HOLDFAST_HOST}, but the API has no access control yet and binds to loopback only: use 127.0.0.1 or ::1.`,
    );
  }
  return Object.freeze({
    ...settings,
    categories: withProcessingTime(settings.HOLDFAST_CATEGORIES, settings.TASK_MAX_PROCESSING_TIME),
    artifactsFolder: settings.HOLDFAST_ARTIFACTS ?? path.join(settings.HOLDFAST_HOME, 'artifacts'),
    externalTemporal: Boolean(env.TEMPORAL_ADDRESS),
  });
}

function withProcessingTime(categories: CategoryOverrides, maxProcessingTime: number): CategoryOverrides {
  return Object.fromEntries(CATEGORY_NAMES.map((name) => [name, { maxProcessingTime, ...categories[name] }]));
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(host);
}

function nearest(name: string): string {
  return Object.keys(SETTINGS).reduce((best, known) => (distance(name, known) < distance(name, best) ? known : best));
}
