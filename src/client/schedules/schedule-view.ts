import type { ScheduleDescription, ScheduleOptions } from '@temporalio/client';
import type { TaskState } from '../../protocol/task';
import { closestFires } from '../../tasks/cron';
import { type ChangedNight, changedNights } from '../../tasks/cron-nights';
import {
  type CheckedOrder,
  OVERLAPS,
  type Overlap,
  SHORTEST_CATCH_UP,
  USUAL_CATCH_UP,
} from '../../tasks/schedule-definition';
import { workOf } from './schedule-action';
import { timesOfCron } from './schedule-calendars';

/** A run that a schedule started. Times are ISO. */
export interface ScheduledRun {
  taskId: string;
  scheduledFor: string;
  startedAt: string;
  /** Absent in lists, and when Temporal no longer keeps the task. */
  state?: TaskState;
  endedAt?: string;
}

/** A schedule as the API, the command line and library users see it. Times are ISO, durations seconds. */
export interface ScheduleView {
  id: string;
  type: string;
  input: unknown;
  tenant?: string;
  tags: string[];
  priority?: number;
  policy?: object;
  cron?: string;
  every?: number;
  offset?: number;
  timeZone?: string;
  overlap: Overlap;
  catchUpWindow: number;
  jitter?: number;
  from?: string;
  until?: string;
  paused: boolean;
  note?: string;
  /** As if it were not paused. */
  nextRuns: string[];
  /** The nights of the next 13 months on which the clock skips or repeats its times, and when it runs instead. */
  clockChanges?: ChangedNight[];
  /** The last ten that the clock started, newest first. */
  lastRuns: ScheduledRun[];
  counts: {
    started: number;
    /** Fires that were missed for longer than the catch-up window, and are not made up for. */
    missedCatchUp: number;
    /** Fires that made no run because an earlier one was open. */
    skippedOverlap: number;
    /** Fires that wait for the end of an earlier run. */
    waiting: number;
  };
  createdAt: string;
  updatedAt?: string;
}

const CHANGES_AHEAD_MS = 400 * 86_400_000;

type ServerOverlap = NonNullable<ScheduleDescription['policies']['overlap']>;

type Timing = Pick<
  CheckedOrder,
  'cron' | 'every' | 'offset' | 'timeZone' | 'overlap' | 'catchUpWindow' | 'jitter' | 'from' | 'until'
>;

/** When a schedule fires, and what becomes of its fires, as the server takes it. */
export function timingOptions(timing: Timing, now = new Date()): Pick<ScheduleOptions, 'spec' | 'policies'> {
  const { cron, every, offset, timeZone, overlap = 'skip', jitter, from, until } = timing;
  return {
    spec: {
      ...(cron !== undefined && { ...timesOfCron(cron, timeZone ?? 'UTC', now), timezone: timeZone ?? 'UTC' }),
      ...(every !== undefined && { intervals: [{ every: every * 1000, ...(offset && { offset: offset * 1000 }) }] }),
      ...(jitter !== undefined && { jitter: jitter * 1000 }),
      ...(from !== undefined && { startAt: new Date(from) }),
      ...(until !== undefined && { endAt: new Date(until) }),
    },
    policies: {
      overlap: overlapName(overlap),
      catchupWindow: (timing.catchUpWindow ?? usualCatchUp(timing)) * 1000,
    },
  };
}

/** The server's name of an overlap policy. */
function overlapName(overlap: Overlap): ServerOverlap {
  return overlap.toUpperCase().replaceAll('-', '_') as ServerOverlap;
}

/** The time between two fires, so that what is made up for is the last missed one; at most an hour. */
export function usualCatchUp({ cron, every }: Timing): number {
  const gap = cron === undefined ? (every ?? USUAL_CATCH_UP) : closestFires(cron);
  return Math.min(USUAL_CATCH_UP, Math.max(SHORTEST_CATCH_UP, gap));
}

function clockChangesOf(cron: string, timeZone: string): Pick<ScheduleView, 'clockChanges'> {
  try {
    const now = Date.now();
    const clockChanges = changedNights(cron, timeZone, now, now + CHANGES_AHEAD_MS);
    return clockChanges.length > 0 ? { clockChanges } : {};
  } catch {
    // The server may know zones that this process does not.
    return {};
  }
}

/** @returns `undefined` for a schedule that was not made here. */
export function scheduleViewOf(description: ScheduleDescription): ScheduleView | undefined {
  const work = workOf(description);
  if (!work) return undefined;
  const { spec, policies, state, info, raw } = description;
  const { generation: _internal, tags = [], ...shown } = work;
  const cron = spec.calendars?.[0]?.comment || undefined;
  const interval = cron === undefined ? spec.intervals?.[0] : undefined;
  const timeZone = spec.timezone || 'UTC';
  const overlap = policies.overlap?.toLowerCase().replaceAll('_', '-') as Overlap;
  return {
    ...shown,
    input: shown.input,
    tags,
    ...(cron !== undefined && { cron, timeZone, ...clockChangesOf(cron, timeZone) }),
    ...(interval && { every: interval.every / 1000, ...(interval.offset && { offset: interval.offset / 1000 }) }),
    overlap: OVERLAPS.includes(overlap) ? overlap : 'skip',
    catchUpWindow: policies.catchupWindow / 1000,
    ...(spec.jitter && { jitter: spec.jitter / 1000 }),
    ...(spec.startAt && { from: spec.startAt.toISOString() }),
    ...(spec.endAt && { until: spec.endAt.toISOString() }),
    paused: state.paused,
    ...(state.note && { note: state.note }),
    nextRuns: info.nextActionTimes.map((time) => time.toISOString()),
    lastRuns: info.recentActions.toReversed().map(({ scheduledAt, takenAt, action }) => ({
      taskId: action.workflow.workflowId,
      scheduledFor: scheduledAt.toISOString(),
      startedAt: takenAt.toISOString(),
    })),
    counts: {
      started: info.numActionsTaken,
      missedCatchUp: info.numActionsMissedCatchupWindow,
      skippedOverlap: info.numActionsSkippedOverlap,
      waiting: Number(raw.info?.bufferSize ?? 0),
    },
    createdAt: info.createdAt.toISOString(),
    ...(info.lastUpdatedAt && { updatedAt: info.lastUpdatedAt.toISOString() }),
  } as ScheduleView;
}
