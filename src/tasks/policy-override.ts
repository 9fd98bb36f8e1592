import { z } from 'zod';
import { CATEGORY_NAMES } from './categories';

const seconds = z
  .number()
  .min(0.1)
  .max(365 * 86_400);

/**
 * What a contract, a setting or a submission may change of a policy. All times are seconds.
 * A window of less than one second cannot be kept exact, so it is refused.
 */
export const policyOverrideSchema = z.strictObject({
  queue: z
    .string()
    .regex(/^[a-z0-9][a-z0-9._-]{0,62}$/)
    .optional()
    .describe('Queue that serves the task.'),
  priority: z.int().min(1).max(5).optional().describe('1 (first) to 5 (last).'),
  window: z
    .number()
    .min(1)
    .max(365 * 86_400)
    .optional()
    .describe('Seconds for which the key answers with this task after it completed.'),
  failureWindow: z
    .number()
    .min(1)
    .max(365 * 86_400)
    .optional()
    .describe('The same after it failed.'),
  attempts: z.int().min(1).max(100).optional().describe('Attempts that may fail before the task is used up.'),
  firstDelay: seconds.optional().describe('Seconds before the second attempt.'),
  curve: z.enum(['exponential', 'linear']).optional().describe('How the delay grows.'),
  cap: seconds.optional().describe('Longest delay between attempts, in seconds.'),
  timeout: seconds.optional().describe('Longest run of one attempt, in seconds.'),
  heartbeatTimeout: z
    .number()
    .min(1)
    .max(3600)
    .optional()
    .describe('Seconds of silence after which an attempt is lost.'),
  lostAttempts: z.int().min(0).max(100).optional().describe('Attempts that may be lost with their worker.'),
  maxQueueTime: z
    .number()
    .min(1)
    .max(365 * 86_400)
    .optional()
    .describe('Longest wait for a worker, in seconds. Unset: waits visibly.'),
  maxTotalTime: z
    .number()
    .min(1)
    .max(365 * 86_400)
    .optional()
    .describe('Longest life of the task, in seconds. Unset: no limit.'),
});
export type PolicyOverride = z.infer<typeof policyOverrideSchema>;

/** Settings may change each category; the shape is the same as a submission's override. */
export const categoryOverridesSchema = z.partialRecord(z.enum(CATEGORY_NAMES), policyOverrideSchema);
export type CategoryOverrides = z.infer<typeof categoryOverridesSchema>;
