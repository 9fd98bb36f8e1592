import { z } from 'zod';
import { FAILURE_CLASSES, TASK_STATES } from '../../protocol/task';
import { artifactRef } from '../../tasks/artifact-schema';

const time = z.iso.datetime();

export const attemptFailureSchema = z
  .object({
    attempt: z.int(),
    code: z.string(),
    class: z.enum(FAILURE_CLASSES),
    message: z.string(),
    fingerprint: z.string(),
    startedAt: time.optional(),
    at: time,
    worker: z.string().optional(),
    lost: z.boolean().optional().describe('True when the attempt ended with its worker; it used up no retry.'),
    error: z.string().optional().describe('Name of the error that was thrown.'),
  })
  .meta({ id: 'AttemptFailure' });

export const policySchema = z
  .object({
    category: z.string(),
    queue: z.string(),
    priority: z.int().describe('1 (first) to 5 (last).'),
    window: z.number().describe('Seconds for which the key answers with the task after it completed.'),
    failureWindow: z.number().describe('The same after it failed.'),
    attempts: z.int().describe('Attempts that may fail.'),
    firstDelay: z.number().describe('Seconds before the second attempt.'),
    curve: z.enum(['exponential', 'linear']),
    growth: z.number().optional().describe('Factor of the exponential curve (2), step of the linear one (1).'),
    jitter: z.number().optional().describe('Largest part of a delay that chance takes off. Absent: 0.5.'),
    ownRetries: z.boolean().optional().describe("True when a failure code's own retries do not count."),
    cap: z.number().describe('Longest delay between attempts, in seconds.'),
    maxProcessingTime: z
      .number()
      .optional()
      .describe('Longest time that attempts may run together since the last (re)drive, in seconds.'),
    redrives: z
      .record(z.enum(FAILURE_CLASSES), z.array(z.number()))
      .optional()
      .describe('By failure class: seconds before each redrive of a dead letter.'),
    timeout: z.number().describe('Longest run of one attempt, in seconds.'),
    heartbeatTimeout: z.number().describe('Seconds of silence after which an attempt is lost.'),
    lostAttempts: z.int().describe('Attempts that may be lost with their worker.'),
    maxQueueTime: z
      .number()
      .optional()
      .describe('Longest wait for a first worker, in seconds. Absent: TASK_MAX_QUEUE_TIME without any worker.'),
    maxTotalTime: z.number().optional().describe('Longest life of the task, in seconds. Absent: no limit.'),
  })
  .meta({ id: 'Policy' });

const parkingSchema = z
  .object({
    number: z.int().describe('Counts the parkings of this run; a message may name the one that it answers.'),
    since: time,
    class: z.enum(FAILURE_CLASSES),
    code: z.string(),
    fingerprint: z.string(),
    message: z.string(),
    attempts: z.int(),
    firstFailedAt: time.optional(),
    lastFailedAt: time.optional(),
    redrives: z.int().describe("Redrives since the submission or the operator's last command."),
    maxRedrives: z.int(),
    nextRedriveAt: time.optional().describe('Absent: waits for an operator.'),
    failures: z.array(attemptFailureSchema).describe('The last five failures, oldest first.'),
  })
  .meta({ id: 'Parking' });

/** What the client calls a TaskView; a test holds real answers against it. */
export const taskSchema = z
  .object({
    id: z.string(),
    type: z.string(),
    state: z.enum(TASK_STATES),
    progress: z.number().min(0).max(100).describe('0 to 100; 100 only with the result present. Never falls.'),
    stage: z.string().optional(),
    attempts: z
      .int()
      .optional()
      .describe('Runs of the handler so far, the current one included. Lists do not know it of ended tasks.'),
    failures: z
      .array(attemptFailureSchema)
      .optional()
      .describe('Failed and lost attempts, oldest first; the last 20. Lists do not know them of ended tasks.'),
    generation: z.string().optional(),
    runId: z.string().describe('The Temporal run.'),
    key: z.string().optional().describe('The idempotency key.'),
    description: z.string().optional().describe('What it does, in a line.'),
    tenant: z.string().optional(),
    requestId: z.string().optional().describe('ID of the request that submitted it, as in the logs.'),
    tags: z.array(z.string()),
    category: z.string().optional(),
    queue: z.string(),
    priority: z.int().optional(),
    createdAt: time,
    scheduledFor: time.optional(),
    attemptStartedAt: time.optional(),
    lastHeartbeatAt: time.optional(),
    nextAttemptAt: time.optional(),
    endedAt: time.optional(),
    windowEndsAt: time.optional().describe('When the key comes free; absent while the task is open.'),
    worker: z.string().optional(),
    pauseRequested: z.boolean().optional().describe('A pause that takes effect after the running attempt.'),
    asked: z
      .array(z.object({ action: z.string(), at: time, by: z.string().optional(), reason: z.string().optional() }))
      .optional()
      .describe('Messages that were accepted and that no worker has taken yet, oldest first. Lists leave them out.'),
    why: z
      .object({
        cause: z.string(),
        message: z.string(),
        situation: z
          .string()
          .optional()
          .describe(
            'The message without that of the failure, which `failure` has; absent where it does not repeat it.',
          ),
        since: time.optional(),
        todo: z.string().optional().describe('What a person can do.'),
        command: z.string().optional().describe('The one command to type for it.'),
      })
      .optional()
      .describe('The one cause why the task is where it is. Lists leave it out for waiting tasks.'),
    result: z.unknown().optional().describe("What the handler made: the output of the task's type."),
    failure: z
      .object({
        code: z.string(),
        class: z.enum(FAILURE_CLASSES),
        message: z.string(),
        fingerprint: z.string(),
        abandoned: z.boolean().optional().describe('True when nothing runs it again by itself.'),
        abandonedBecause: z.string().optional(),
        artifacts: z.record(z.string(), artifactRef).optional().describe('Files that the task made all the same.'),
      })
      .optional(),
    parking: parkingSchema.optional().describe('What is known of a dead-lettered task.'),
    resolvedBy: z.string().optional().describe('The operator who gave the result.'),
    policy: policySchema.optional(),
    input: z.unknown().optional().describe('With include=input: that of the last attempt; secrets are redacted.'),
  })
  .meta({ id: 'Task' });

/** The task after an operator's message, and what became of the message. */
export const answeredTaskSchema = taskSchema
  .extend({
    answer: z
      .object({
        outcome: z
          .enum(['done', 'kept'])
          .describe('done: the task has taken the message. kept: it takes it as soon as a worker serves its queue.'),
        message: z.string(),
      })
      .describe('What became of the message.'),
  })
  .meta({ id: 'AnsweredTask' });

export const taskPageSchema = z
  .object({
    tasks: z.array(taskSchema),
    cursor: z.string().optional().describe('Goes on after this page; absent at the end.'),
    partial: z.boolean().describe('True when the search stopped at its bound: more may match beyond the cursor.'),
    scanned: z.int().describe('Tasks looked at for this page.'),
  })
  .meta({ id: 'TaskPage' });

export const timelineSchema = z
  .object({
    entries: z.array(
      z.object({
        at: time,
        event: z.string(),
        text: z.string(),
        runId: z.string(),
        attempt: z.int().optional(),
        worker: z.string().optional().describe('The worker that ran the attempt.'),
        by: z.string().optional(),
        reason: z.string().optional(),
        failure: attemptFailureSchema.optional(),
      }),
    ),
  })
  .meta({ id: 'Timeline' });
