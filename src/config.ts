import path from 'node:path';
import { distance } from 'fastest-levenshtein';
import { z } from 'zod';
import { type ArtifactsLocation, isS3Url, parseS3Url } from './artifacts/location';
import type { EncryptionKey } from './encryption/key-source';
import { StartError } from './errors';
import { SETTINGS, type Settings } from './settings';
import { CATEGORY_NAMES } from './tasks/categories';
import type { CategoryOverrides } from './tasks/policy-override';

/** How long the monitor keeps what has had its day. All times are days. */
interface Keep {
  completed: number;
  failed: number;
  artifacts: number;
}

/** How email.send sends. */
interface Email {
  server: string | undefined;
  timeout: number;
  from: string;
  senders: readonly string[];
  maxBytes: number;
}

export interface Config extends Readonly<Settings> {
  /** HOLDFAST_SMTP_URL, HOLDFAST_SMTP_TIMEOUT and the HOLDFAST_EMAIL_… settings. */
  readonly email: Readonly<Email>;
  /** The HOLDFAST_KEEP_… settings and HOLDFAST_ARTIFACT_DAYS, with defaults that fit the retention. */
  readonly keep: Readonly<Keep>;
  /** HOLDFAST_ARTIFACTS and the HOLDFAST_S3_… settings. */
  readonly artifacts: ArtifactsLocation;
  /** HOLDFAST_CATEGORIES, with TASK_MAX_PROCESSING_TIME for those that set no limit of their own. */
  readonly categories: CategoryOverrides;
  /** HOLDFAST_ENCRYPTION_KEYS, or those of HOLDFAST_ENCRYPTION_KEYS_FILE; undefined when nothing is encrypted. */
  readonly encryptionKeys: readonly [EncryptionKey, ...EncryptionKey[]] | undefined;
  /** True when a Temporal server is configured from outside, so that none is embedded. */
  readonly externalTemporal: boolean;
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
  return Object.freeze({
    ...settings,
    email: {
      server: settings.HOLDFAST_SMTP_URL,
      timeout: settings.HOLDFAST_SMTP_TIMEOUT,
      from: settings.HOLDFAST_EMAIL_FROM ?? settings.HOLDFAST_ALERT_FROM,
      senders: settings.HOLDFAST_EMAIL_SENDERS,
      maxBytes: settings.HOLDFAST_EMAIL_MAX_BYTES,
    },
    keep: keepOf(settings),
    categories: withProcessingTime(settings.HOLDFAST_CATEGORIES, settings.TASK_MAX_PROCESSING_TIME),
    artifacts: artifactsLocation(settings, settings.HOLDFAST_ARTIFACTS, env.AWS_REGION),
    encryptionKeys: encryptionKeysOf(settings),
    externalTemporal: Boolean(env.TEMPORAL_ADDRESS),
  });
}

function encryptionKeysOf({ HOLDFAST_ENCRYPTION_KEYS: given, HOLDFAST_ENCRYPTION_KEYS_FILE: ofFile }: Settings) {
  if (given && ofFile) {
    throw new StartError('HOLDFAST_ENCRYPTION_KEYS and HOLDFAST_ENCRYPTION_KEYS_FILE are both set: keep one of them.');
  }
  return given ?? ofFile;
}

/** Where a store is that is named like the setting; its other settings are those of the configuration. */
export function artifactsLocation(
  settings: Settings,
  place = path.join(settings.HOLDFAST_HOME, 'artifacts'),
  usualRegion?: string,
): ArtifactsLocation {
  const url = isS3Url(place) ? parseS3Url(place) : undefined;
  if (!url) return { kind: 'folder', folder: path.resolve(place) };
  return {
    kind: 's3',
    ...url,
    endpoint: settings.HOLDFAST_S3_ENDPOINT,
    region: settings.HOLDFAST_S3_REGION ?? (usualRegion || 'us-east-1'),
    presign: settings.HOLDFAST_S3_PRESIGN === 'on',
  };
}

/** What Temporal itself has deleted cannot be kept, and files must outlive the tasks that refer to them. */
function keepOf(settings: Settings): Keep {
  const { HOLDFAST_RETENTION_DAYS: retention } = settings;
  for (const name of ['HOLDFAST_KEEP_COMPLETED_DAYS', 'HOLDFAST_KEEP_FAILED_DAYS'] as const) {
    const value = settings[name];
    if (value !== undefined && value > retention) {
      throw new StartError(
        `${name} is ${value}, but Temporal keeps ended tasks for ${retention} days only: lower it, or raise HOLDFAST_RETENTION_DAYS.`,
      );
    }
  }
  const artifacts = settings.HOLDFAST_ARTIFACT_DAYS ?? retention + 7;
  if (artifacts <= retention) {
    throw new StartError(
      `HOLDFAST_ARTIFACT_DAYS is ${artifacts}, but tasks that refer to files are kept for ${retention} days (HOLDFAST_RETENTION_DAYS): it must be more.`,
    );
  }
  return {
    completed: settings.HOLDFAST_KEEP_COMPLETED_DAYS ?? Math.min(7, retention),
    failed: settings.HOLDFAST_KEEP_FAILED_DAYS ?? Math.min(30, retention),
    artifacts,
  };
}

function withProcessingTime(categories: CategoryOverrides, maxProcessingTime: number): CategoryOverrides {
  return Object.fromEntries(CATEGORY_NAMES.map((name) => [name, { maxProcessingTime, ...categories[name] }]));
}

function nearest(name: string): string {
  return Object.keys(SETTINGS).reduce((best, known) => (distance(name, known) < distance(name, best) ? known : best));
}
