import { z } from 'zod';
import { days } from '../setting-kinds';

/** How often the monitor and the watchdogs look, what waits too long, and what is kept. */
export const MONITOR_SETTINGS = {
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
  TASK_MAX_QUEUE_TIME: z.coerce
    .number()
    .min(0)
    .max(365 * 86_400)
    .default(86_400)
    .describe(
      'Seconds after which the monitor fails a task that no worker has ever served, as long as its queue has none; 0: never. A maxQueueTime of the task, its type or its category counts instead. Defaults to 86400.',
    ),
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
};
