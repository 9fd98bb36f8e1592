import { z } from 'zod';
import { cronFault } from './cron';
import { documentedTag, instant, LONGEST_CRON, LONGEST_ZONE } from './plain-schemas';
import { policyOverrideSchema } from './policy-override';
import { tenantName } from './tenant-name';
import { timeZoneFault } from './time-zone';

/** What becomes of a fire while an earlier run of the schedule is still open. */
export const OVERLAPS = ['skip', 'buffer-one', 'buffer-all', 'cancel-other', 'terminate-other', 'allow-all'] as const;
export type Overlap = (typeof OVERLAPS)[number];

const DAY = 86_400;
const YEAR = 365 * DAY;
/** The fire time is part of a run's name to the second, and a run by hand needs a second of its own. */
const SHORTEST_INTERVAL = 2;
/** The server's own lower limit. */
export const SHORTEST_CATCH_UP = 10;
/** What the catch-up window is when nobody says, unless the interval is shorter. */
export const USUAL_CATCH_UP = 3600;

/** The server refuses longer ones. */
export const LONGEST_NOTE = 1000;

/** Of times before 1970 whole seconds only: the SDK sends others as a second earlier. */
const time = instant.transform((text) => {
  const at = new Date(text).getTime();
  return new Date(at < 0 ? Math.floor(at / 1000) * 1000 : at).toISOString();
});

const timing = {
  cron: z
    .string()
    .max(LONGEST_CRON)
    // An empty one gets its reason below, with what else is wrong with the times.
    .meta({
      description: 'Five fields (minute, hour, day, month, weekday), or a macro such as @daily.',
      override: { minLength: 1 },
    }),
  every: z
    .int()
    .min(SHORTEST_INTERVAL)
    .max(YEAR)
    .describe('Seconds from one fire to the next, counted from 1970-01-01T00:00:00Z; instead of cron.'),
  offset: z.int().min(1).max(YEAR).describe('Seconds by which an interval is shifted; less than every.'),
  timeZone: z
    .string()
    .max(LONGEST_ZONE)
    .meta({
      description: 'IANA time zone of the cron expression. Defaults to UTC.',
      override: { minLength: 1 },
    }),
  overlap: z.enum(OVERLAPS).describe('What becomes of a fire while an earlier run is open. Defaults to skip.'),
  catchUpWindow: z
    .int()
    .min(SHORTEST_CATCH_UP)
    .max(YEAR)
    .describe(
      'Seconds for which a fire that was missed, because Temporal was away, is made up for. Defaults to the time between two fires, at most an hour.',
    ),
  jitter: z.int().min(1).max(DAY).describe('Seconds by which a run may start later, at random. Defaults to none.'),
  from: time.describe('No fires before this time.'),
  until: time.describe('No fires after this time.'),
};

const work = {
  input: z.unknown().describe('Input of every run; at most 128 KiB.'),
  tags: z
    .array(documentedTag)
    .max(20)
    // The client counts the schedule's own.
    .meta({ maxItems: 19, description: 'Labels to find the runs by; `schedule:` and the ID is one of them anyway.' }),
  priority: z.int().min(1).max(5).describe("1 (first) to 5 (last). Defaults to the policy's."),
  policy: policyOverrideSchema.describe("What differs from the task type's policy, for every run."),
};

const state = {
  paused: z.boolean().describe('Whether it rests. Defaults to false.'),
  note: z.string().max(LONGEST_NOTE).describe('Why it is paused, or not.'),
};

const TAKEN = /^(holdfast-|check$)/;

const id = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._-]{0,63}$/, 'is 1 to 64 of a-z, 0-9, ".", "_" and "-"; "check" and "holdfast-…" are taken')
  .refine((text) => !TAKEN.test(text), '"check" and "holdfast-…" are taken')
  // Apart from the pattern, since no generator can use one that looks ahead.
  .meta({
    description: 'Name of the schedule; part of the name of every run.',
    override: { not: { pattern: TAKEN.source } },
  });

const { input, ...optionalWork } = work;

const order = z.strictObject({
  id,
  type: z.string().describe('Task type: one of GET /v1/task-types.'),
  input: input.optional(),
  tenant: tenantName.optional().describe('On whose behalf.'),
  ...optional(optionalWork),
  ...optional(timing),
  ...optional(state),
});

/** What a caller says to create a schedule. */
export const scheduleOrderSchema = order.superRefine(checkTiming);

/** What may be changed: null takes away what is there, so that the default holds again. */
export const scheduleChangeSchema = z.strictObject({
  ...optional({ ...work, overlap: timing.overlap, ...state }),
  ...nullable({ tags: work.tags, priority: work.priority, policy: work.policy }),
  ...nullable({
    cron: timing.cron,
    every: timing.every,
    offset: timing.offset,
    timeZone: timing.timeZone,
    catchUpWindow: timing.catchUpWindow,
    jitter: timing.jitter,
    from: timing.from,
    until: timing.until,
  }),
});

export type ScheduleOrder = z.input<typeof scheduleOrderSchema>;
export type CheckedOrder = z.output<typeof scheduleOrderSchema>;
export type ScheduleChange = z.input<typeof scheduleChangeSchema>;

function checkTiming(
  { cron, every, offset, timeZone, from, until }: z.output<typeof order>,
  context: z.RefinementCtx,
): void {
  const fault = (field: string, message: string) => context.addIssue({ code: 'custom', path: [field], message });
  if (cron === undefined && every === undefined) fault('cron', 'is needed, or every: a schedule needs its times');
  if (cron !== undefined && every !== undefined) fault('every', 'either cron or every, not both');
  const wrong = cron === undefined ? undefined : cronFault(cron);
  if (wrong !== undefined) fault('cron', wrong);
  if (offset !== undefined && every === undefined) fault('offset', 'shifts an interval: it needs every');
  if (offset !== undefined && every !== undefined && offset >= every) fault('offset', 'must be less than every');
  if (timeZone !== undefined && cron === undefined) fault('timeZone', 'an interval has no time zone; use cron');
  const unknown = timeZone === undefined ? undefined : timeZoneFault(timeZone);
  if (unknown !== undefined) fault('timeZone', unknown);
  if (from !== undefined && until !== undefined && until <= from) fault('until', 'must be after from');
}

type Shape = Record<string, z.ZodType>;

function optional<S extends Shape>(shape: S): { [K in keyof S]: z.ZodOptional<S[K]> } {
  return Object.fromEntries(Object.entries(shape).map(([name, schema]) => [name, schema.optional()])) as never;
}

function nullable<S extends Shape>(shape: S): { [K in keyof S]: z.ZodOptional<z.ZodNullable<S[K]>> } {
  return Object.fromEntries(
    Object.entries(shape).map(([name, schema]) => [name, schema.nullable().optional()]),
  ) as never;
}
