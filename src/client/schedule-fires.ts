import { setTimeout as sleep } from 'node:timers/promises';
import { encodeScheduleOverlapPolicy } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time';
import { HoldfastError } from '../errors';
import type { Overlap } from '../tasks/schedule-definition';
import type { TaskFacts } from '../tasks/state';
import type { Gateway } from './gateway';
import { inParallel } from './parallel';
import type { TaskReader } from './reader';
import type { Retention } from './retention';
import type { FoundSchedule, ScheduleStore } from './schedule-store';
import { isFireTime, nominalTime } from './schedule-times';
import { overlapName, type ScheduleView } from './schedule-view';
import { fireText, taskIdAt } from './scheduled-run';

/** What became of a run by hand. */
export interface Triggered {
  taskId: string;
  /** The fire time that the run is known by. */
  scheduledFor: string;
  /** `waits`: for the end of an earlier run. `exists`: an earlier call has started it. */
  outcome: 'started' | 'waits' | 'exists';
}

export interface BackfillReport {
  /** Fire times in the range. */
  times: number;
  /** Tasks that were there already. */
  existing: number;
  /** Tasks that are started now, one for each missed time, oldest first; with `buffer-all` one after the other. */
  taskIds: string[];
}

/** Ways to make up for many times: any other policy would drop some of the very runs that are asked for. */
export const BACKFILL_OVERLAPS = ['buffer-all', 'allow-all'] as const satisfies Overlap[];
export type BackfillOverlap = (typeof BACKFILL_OVERLAPS)[number];

/** Most missed times that one backfill makes up for: the server buffers a thousand. */
const MOST_TIMES = 500;
/** The server names no more times than this in one answer. */
const TIMES_A_PAGE = 1000;
const AT_ONCE = 10;
/** Within this time after a fire the schedule has started the run, or says that it waits; in milliseconds. */
const SETTLED_MS = 5000;
const SEEN_WITHIN_MS = 3000;
const LOOK_EVERY_MS = 50;

/**
 * Runs of a schedule beside the clock's. Temporal itself would start a second run for a fire time whose run has
 * ended; here a task is asked for only when it is not there, under a request ID made from the time, which the
 * server takes once however many callers race.
 */
export class ScheduleFires {
  constructor(
    private readonly gateway: Gateway,
    private readonly store: ScheduleStore,
    private readonly reader: TaskReader,
    private readonly retention: Retention,
  ) {}

  /**
   * Runs a schedule's task now, also while the schedule is paused. Calls within one second are one run.
   * @param at The time that the run is known by: repeating the call with it makes no second run. Defaults to now.
   * @param overlap Defaults to the schedule's.
   * @throws HoldfastError `not-found`; `state-conflict` when the overlap policy drops it; `invalid-request`.
   */
  async trigger(id: string, { at, overlap }: { at?: Date; overlap?: Overlap } = {}): Promise<Triggered> {
    const { view } = await this.store.describe(id);
    const time = at ? ownSecond(view, at) : freeSecond(view, new Date());
    const told = { taskId: taskIdAt(view.type, id, time), scheduledFor: time.toISOString() };
    if (await this.reader.facts(told.taskId)) return { ...told, outcome: 'exists' };
    await this.fire(view, time, overlap);
    return { ...told, outcome: await this.outcomeOf(told.taskId, view) };
  }

  /**
   * Makes up for the missed times of a range, both ends included; times that have their task are left alone.
   * @param overlap `buffer-all` runs them one after the other, `allow-all` at once. Defaults to `buffer-all`.
   * @throws HoldfastError `not-found`, `invalid-request`; `state-conflict` while runs of the schedule wait for their turn.
   */
  async backfill(
    id: string,
    { from, to, overlap = 'buffer-all' }: { from: Date; to: Date; overlap?: BackfillOverlap },
  ): Promise<BackfillReport> {
    const found = await this.store.describe(id);
    await this.checkRange(found, from, to);
    const times = await this.timesOf(id, from, to);
    if (times.length > MOST_TIMES) {
      throw fault('/to', `The range has more than ${MOST_TIMES} fire times: take it in parts.`);
    }
    const exists = await inParallel(times, AT_ONCE, async (time) =>
      Boolean(await this.reader.facts(taskIdAt(found.view.type, id, time))),
    );
    const missed = times.filter((_, index) => !exists[index]);
    // In order: the server takes them as they come.
    for (const time of missed) await this.fire(found.view, time, overlap);
    return {
      times: times.length,
      existing: times.length - missed.length,
      taskIds: missed.map((time) => taskIdAt(found.view.type, id, time)),
    };
  }

  /** The schedule's fire times in a range, both ends included, without their jitter; at most some thousand. */
  async timesOf(id: string, from: Date, to: Date): Promise<Date[]> {
    const { view, description } = await this.store.describe(id);
    const jitter = (view.jitter ?? 0) * 1000;
    const { namespace, service } = this.gateway;
    const { startTime } = await this.gateway.call(() =>
      service.listScheduleMatchingTimes({
        namespace,
        scheduleId: id,
        startTime: msToTs(from.getTime() - 1),
        endTime: msToTs(to.getTime() + jitter),
      }),
    );
    const drawn = (startTime ?? []).map(({ seconds, nanos }) => Number(seconds) * 1000 + (nanos ?? 0) / 1e6);
    const times = drawn.map((time) => nominalTime(view, description.spec, time));
    return times.filter((time) => time >= from && time <= to).slice(0, TIMES_A_PAGE);
  }

  private async fire({ id }: ScheduleView, time: Date, overlap: Overlap | undefined): Promise<void> {
    const { namespace, service, client } = this.gateway;
    const overlapPolicy = overlap && encodeScheduleOverlapPolicy(overlapName(overlap));
    await this.gateway.call(() =>
      service.patchSchedule({
        namespace,
        scheduleId: id,
        identity: client.options.identity,
        requestId: `fire:${fireText(time)}`,
        patch: {
          triggerImmediately: { scheduledTime: msToTs(time.getTime()), ...(overlapPolicy && { overlapPolicy }) },
        },
      }),
    );
  }

  /** The schedule takes a moment to act on what it was told. */
  private async outcomeOf(taskId: string, before: ScheduleView): Promise<'started' | 'waits'> {
    const until = Date.now() + SEEN_WITHIN_MS;
    for (;;) {
      const facts: TaskFacts | undefined = await this.reader.facts(taskId);
      if (facts) return 'started';
      const { counts } = (await this.store.describe(before.id)).view;
      if (counts.waiting > before.counts.waiting) return 'waits';
      if (counts.skippedOverlap > before.counts.skippedOverlap) {
        const message = `Schedule ${before.id} has a run that is still open, and its overlap policy drops this one: wait for it, or trigger with overlap allow-all.`;
        throw new HoldfastError('state-conflict', message);
      }
      if (Date.now() > until) return 'waits';
      await sleep(LOOK_EVERY_MS);
    }
  }

  /** Only times that the schedule itself is done with may be made up for, and only those whose tasks would still be known. */
  private async checkRange({ view, description }: FoundSchedule, from: Date, to: Date): Promise<void> {
    const now = Date.now();
    if (to < from) throw fault('/to', 'The end of the range lies before its beginning.');
    const settled = new Date(now - SETTLED_MS - (view.jitter ?? 0) * 1000);
    if (to > settled) {
      throw fault(
        '/to',
        `The schedule may still start runs of its own after ${settled.toISOString()}: end before that.`,
      );
    }
    const kept = await this.retention.seconds();
    if (from.getTime() < now - kept * 1000) {
      throw fault('/from', `Ended tasks are kept for ${kept} s, so nobody knows what ran before: begin later.`);
    }
    const [next] = description.info.nextActionTimes;
    if (view.counts.waiting > 0 || (next && next.getTime() < now - SETTLED_MS)) {
      const message = `Schedule ${view.id} has ${view.counts.waiting || 'missed'} fires of its own to see to first; try again when they have begun.`;
      throw new HoldfastError('state-conflict', message);
    }
  }
}

/** A run by hand is known by a second at which the schedule does not fire. */
function freeSecond(view: ScheduleView, now: Date): Date {
  const second = Math.floor(now.getTime() / 1000) * 1000;
  return new Date(isFireTime(view, second) ? second - 1000 : second);
}

function ownSecond(view: ScheduleView, at: Date): Date {
  const second = Math.floor(at.getTime() / 1000) * 1000;
  if (second > Date.now() + SETTLED_MS)
    throw fault('/at', 'The time lies in the future; it is only a name for this run.');
  if (isFireTime(view, second))
    throw fault('/at', 'At this second the schedule fires itself: choose another, or backfill.');
  return new Date(second);
}

function fault(pointer: string, message: string): HoldfastError {
  return new HoldfastError('invalid-request', message, { issues: [{ pointer, message }] });
}
