import path from 'node:path';
import { z } from 'zod';
import { QUOTA_SETTINGS } from './api/access/settings';
import { API_SETTINGS } from './api/settings';
import { SIGN_IN_SETTINGS } from './api/sign-in/settings';
import { APP_SETTINGS } from './app/settings';
import { ARTIFACT_SETTINGS } from './artifacts/settings';
import { CATALOGUE_SETTINGS } from './catalogue/settings';
import { TEMPORAL_SETTINGS } from './client/temporal/settings';
import { EMBEDDED_SETTINGS } from './embedded/settings';
import { ENCRYPTION_SETTINGS } from './encryption/settings';
import { ALERT_SETTINGS } from './monitor/alerts/settings';
import { MONITOR_SETTINGS } from './monitor/settings';
import { POLICY_SETTINGS } from './tasks/settings';
import { TELEMETRY_SETTINGS } from './telemetry-settings';
import { WORKER_SETTINGS } from './worker/settings';

/** What every role and the command line read. */
const SHARED_SETTINGS = {
  HOLDFAST_HOME: z
    .string()
    .default('.holdfast')
    .transform((folder) => path.resolve(folder))
    .describe('Folder for the embedded database, tools and artifacts. Defaults to .holdfast in the working folder.'),
  HOLDFAST_LOG_LEVEL: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
    .default('info')
    .describe('Least level that is logged. Defaults to info.'),
};

/**
 * Every setting, its check and its description. Each folder declares its own; docs/reference/settings.md lists the same
 * descriptions in this order.
 */
export const SETTINGS = {
  ...APP_SETTINGS,
  ...SHARED_SETTINGS,
  ...EMBEDDED_SETTINGS,
  ...API_SETTINGS,
  ...QUOTA_SETTINGS,
  ...SIGN_IN_SETTINGS,
  ...ARTIFACT_SETTINGS,
  ...ENCRYPTION_SETTINGS,
  ...POLICY_SETTINGS,
  ...WORKER_SETTINGS,
  ...MONITOR_SETTINGS,
  ...ALERT_SETTINGS,
  ...CATALOGUE_SETTINGS,
  ...TEMPORAL_SETTINGS,
  ...TELEMETRY_SETTINGS,
} as const;

export type Settings = z.output<z.ZodObject<typeof SETTINGS>>;

/** The settings as `[name, words]`, for docs/reference/settings.md and `--help`. */
export function settingDescriptions(): [name: string, words: string][] {
  return Object.entries(SETTINGS).map(([name, schema]) => [name, schema.description ?? '']);
}
