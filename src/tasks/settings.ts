import { z } from 'zod';
import { json } from '../setting-kinds';
import { breakerSettingsSchema } from './breaker-limits';
import { categoryOverridesSchema } from './policy-override';

/** What changes the policies that the code gives. */
export const POLICY_SETTINGS = {
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
  HOLDFAST_BREAKERS: json(breakerSettingsSchema, {}).describe(
    'When circuit breakers open, by kind or by name: JSON, or the path of a JSON file; docs/learning/circuit-breakers.md lists the fields. Defaults to {}: 5 failures in a row (10 of a database), 300 s.',
  ),
};
