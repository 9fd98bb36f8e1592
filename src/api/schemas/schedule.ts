import { z } from 'zod';
import { TASK_STATES } from '../../protocol/task';
import { filledText, instant } from '../../tasks/plain-schemas';
import { LONGEST_NOTE, OVERLAPS } from '../../tasks/schedule-definition';

const time = z.iso.datetime();
const givenTime = instant.transform((text) => new Date(text));
const night = {
  at: time.describe('When the clocks change.'),
  kind: z.enum(['skipped', 'repeated']).describe('Whether the times do not exist then, or come twice.'),
  times: z.array(z.string()).describe("Times of the zone's clock: `2027-03-14 02:30`."),
  runsAt: z.array(time).describe('When it runs instead, once each.'),
};

/** What the client calls a ScheduleView; a test holds real answers against it. */
export const scheduleSchema = z
  .object({
    id: z.string(),
    type: z.string(),
    input: z.unknown().describe('As the contract reads it: with its defaults.'),
    tenant: z.string().optional(),
    tags: z.array(z.string()),
    priority: z.int().optional(),
    policy: z.looseObject({}).optional().describe("What differs from the task type's policy."),
    cron: z.string().optional(),
    every: z.number().optional().describe('Seconds.'),
    offset: z.number().optional().describe('Seconds.'),
    timeZone: z.string().optional(),
    overlap: z.enum(OVERLAPS),
    catchUpWindow: z.number().describe('Seconds.'),
    jitter: z.number().optional().describe('Seconds.'),
    from: time.optional(),
    until: time.optional(),
    paused: z.boolean(),
    note: z.string().optional(),
    clockChanges: z
      .array(z.object(night))
      .optional()
      .describe('What becomes of its times when the clocks change within 13 months; absent where none is concerned.'),
    nextRuns: z.array(time).describe('The next ten at most; as if it were not paused.'),
    lastRuns: z
      .array(
        z.object({
          taskId: z.string(),
          scheduledFor: time,
          startedAt: time,
          state: z.enum(TASK_STATES).optional().describe('Absent in lists, and when the task is no longer kept.'),
          endedAt: time.optional(),
        }),
      )
      .describe('The last ten that the clock started, newest first.'),
    counts: z.object({
      started: z.int(),
      missedCatchUp: z.int().describe('Fires that were missed for longer than the catch-up window.'),
      skippedOverlap: z.int().describe('Fires that made no run because an earlier one was open.'),
      waiting: z.int().describe('Fires that wait for the end of an earlier run.'),
    }),
    createdAt: time,
    updatedAt: time.optional(),
  })
  .meta({ id: 'Schedule' });

export const schedulePageSchema = z
  .object({ schedules: z.array(scheduleSchema), cursor: z.string().optional() })
  .meta({ id: 'SchedulePage' });

export const scheduleReportSchema = z
  .object({
    checkedAt: time,
    until: time.describe('End of the time that was looked at.'),
    schedules: z.int(),
    findings: z.array(
      z.object({
        kind: z.enum([
          'held-up',
          'runs-overlap',
          'hot-spot',
          'runs-missed',
          'never-fires',
          'clock-change',
          'catch-up-too-long',
          'paused',
        ]),
        schedules: z.array(z.string()),
        message: z.string(),
        todo: z.string().describe('What a person can do.'),
      }),
    ),
    clockChanges: z
      .array(z.object({ schedule: z.string(), ...night }))
      .describe("What becomes of the schedules' times when clocks change within 13 months, the soonest first."),
  })
  .meta({ id: 'ScheduleReport' });

export const triggeredSchema = z
  .object({
    taskId: z.string(),
    scheduledFor: time.describe('The second that the run is known by.'),
    started: z.boolean().describe('False when an earlier call with this second has started it.'),
  })
  .meta({ id: 'TriggeredRun' });

export const backfillReportSchema = z
  .object({
    times: z.int().describe('Fire times in the range.'),
    existing: z.int().describe('Tasks that were there already.'),
    taskIds: z.array(z.string()).describe('Tasks that were started, one for each missed time, oldest first.'),
  })
  .meta({ id: 'BackfillReport' });

export const pauseOrder = z.strictObject({ note: filledText(LONGEST_NOTE).optional().describe('Why.') }).default({});

export const triggerOrder = z
  .strictObject({
    at: givenTime
      .optional()
      .describe(
        'The second that the run is known by: repeating the call with it makes no second run. Defaults to now.',
      ),
    overlap: z
      .boolean()
      .optional()
      .describe(
        'Whether it may run beside one that the clock has started. Defaults to whether the policy is allow-all.',
      ),
  })
  .default({});

export const backfillOrder = z.strictObject({
  from: givenTime.describe('First fire time that counts.'),
  to: givenTime.describe('Last fire time that counts.'),
  spacing: z
    .number()
    .min(0)
    .max(86_400)
    .optional()
    .describe('Seconds between the beginnings of two runs. Defaults to 0: all at once.'),
});
