import { z } from 'zod';
import { count, list, seconds } from '../setting-kinds';

/** What a worker serves, how much of it at once, and how it stops. */
export const WORKER_SETTINGS = {
  HOLDFAST_QUEUES: list
    .default([])
    .describe(
      'Queues a worker serves, separated by commas; --queues wins. The API takes tasks for these, too, besides those of the policies. Defaults to every queue of the policies.',
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
};
