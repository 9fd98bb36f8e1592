import { z } from 'zod';
import { FAILURE_CLASSES } from '../protocol/task';
import { CATEGORY_NAMES } from './categories';

const YEAR = 365 * 86_400;

/** Temporal counts in milliseconds, and refuses what is finer. */
const inMilliseconds = (seconds: number) => Math.round(seconds * 1000) / 1000;
const from = (least: number, most = YEAR) => z.number().min(least).max(most).overwrite(inMilliseconds);
const seconds = from(0.1);

/** Queues that hold Holdfast's own work: control, monitor and whatever comes. */
const OWN_QUEUES = /^holdfast-/;

/**
 * What a contract, a setting or a submission may change of a policy. All times are seconds.
 * A window of less than one second cannot be kept exact, so it is refused.
 */
export const policyOverrideSchema = z.strictObject({
  queue: z
    .string()
    .regex(/^[a-z0-9][a-z0-9._-]{0,62}$/)
    .refine((queue) => !OWN_QUEUES.test(queue), 'must not begin with holdfast-: those queues are for its own work')
    .optional()
    .describe('Queue that serves the task.'),
  priority: z.int().min(1).max(5).optional().describe('1 (first) to 5 (last).'),
  window: from(1).optional().describe('Seconds for which the key answers with this task after it completed.'),
  failureWindow: from(1).optional().describe('The same after it failed.'),
  attempts: z.int().min(1).max(100).optional().describe('Attempts that may fail before the task is used up.'),
  firstDelay: seconds.optional().describe('Seconds before the second attempt.'),
  curve: z.enum(['exponential', 'linear']).optional().describe('How the delay grows.'),
  growth: z.number().min(0).max(10).optional().describe('Factor of the exponential curve, step of the linear one.'),
  jitter: z.number().min(0).max(1).optional().describe('Largest part of a delay that chance takes off, 0 to 1.'),
  cap: seconds.optional().describe('Longest delay between attempts, in seconds.'),
  timeout: seconds.optional().describe('Longest run of one attempt, in seconds.'),
  maxProcessingTime: seconds
    .optional()
    .describe('Longest time that attempts may run together since the last (re)drive, in seconds; then the task fails.'),
  redrives: z
    .partialRecord(z.enum(FAILURE_CLASSES), z.array(seconds).max(20))
    .optional()
    .describe('By failure class: seconds before each redrive of a dead letter. An empty list abandons at once.'),
  heartbeatTimeout: from(1, 3600).optional().describe('Seconds of silence after which an attempt is lost.'),
  lostAttempts: z.int().min(0).max(100).optional().describe('Attempts that may be lost with their worker.'),
  maxQueueTime: from(1)
    .optional()
    .describe('Longest wait for a first worker, in seconds. Unset: TASK_MAX_QUEUE_TIME without any worker.'),
  maxTotalTime: from(1).optional().describe('Longest life of the task, in seconds. Unset: no limit.'),
});
/** What differs from a policy; times are seconds. */
export type PolicyOverride = z.infer<typeof policyOverrideSchema>;

/** Settings may change each category; the shape is the same as a submission's override. */
export const categoryOverridesSchema = z.partialRecord(z.enum(CATEGORY_NAMES), policyOverrideSchema);
export type CategoryOverrides = z.infer<typeof categoryOverridesSchema>;
