import { setTimeout as sleep } from 'node:timers/promises';
import { encodeScheduleOverlapPolicy, WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time';
import { HoldfastError } from '../errors';
import type { Overlap } from '../tasks/schedule-definition';
import type { Gateway } from './gateway';
import { inParallel } from './parallel';
import type { TaskReader } from './reader';
import type { Retention } from './retention';
import { requestAt } from './schedule-action';
import type { FoundSchedule, ScheduleStore } from './schedule-store';
import { isFireTime, nominalTime } from './schedule-times';
import { overlapName, type ScheduleView } from './schedule-view';
import { fireText, taskIdAt } from './scheduled-run';
import { startOptions } from './start-request';

/** What became of a run by hand. */
export interface Triggered {
  taskId: string;
  /** The second that the run is known by. */
  scheduledFor: string;
  /** `waits`: for the end of an earlier run. `exists`: an earlier call has started it. */
  outcome: 'started' | 'waits' | 'exists';
}

export interface BackfillReport {
  /** Fire times in the range. */
  times: number;
  /** Tasks that were there already. */
  existing: number;
  /** Tasks that are started now, one for each missed time, oldest first. */
  taskIds: string[];
}

interface BackfillOrder {
  from: Date;
  to: Date;
  /** Seconds between the beginnings of two runs. Defaults to 0: all at once. */
  spacing?: number;
}

const DAY = 86_400;
/** Policies that may drop a fire. */
const DROPPING: readonly Overlap[] = ['skip', 'buffer-one'];
/** Most missed times that one backfill makes up for. */
const MOST_TIMES = 500;
const AT_ONCE = 10;
/** By then after a fire the schedule has started the run, or says that it waits; in milliseconds. */
const SETTLED_MS = 5000;
/** A trigger of which nothing is to be seen after this time has been lost: see {@link ScheduleFires.trigger}. */
const SEEN_WITHIN_MS = 1500;
const MOST_TRIGGERS = 3;
const LOOK_EVERY_MS = 50;

/** Runs of a schedule beside the clock's: now, or for times that were missed. */
export class ScheduleFires {
  constructor(
    private readonly gateway: Gateway,
    private readonly store: ScheduleStore,
    private readonly deps: { reader: TaskReader; retention: Retention; keepDays: number },
  ) {}

  /**
   * Runs a schedule's task now, also while the schedule is paused. It takes part in the schedule's overlaps. Of two
   * triggers that reach the server's schedule in the same moment it heeds one only, so each is seen to take effect;
   * the request ID keeps a repeated one from making a second run.
   * @param at The second that the run is known by: repeating the call with it makes no second run. Defaults to now;
   *   calls within one second are one run then.
   * @param overlap Defaults to the schedule's.
   * @throws HoldfastError `not-found`; `state-conflict` when the overlap policy drops it; `invalid-request`; `unavailable`.
   */
  async trigger(id: string, { at, overlap }: { at?: Date; overlap?: Overlap } = {}): Promise<Triggered> {
    const { view } = await this.store.describe(id);
    const time = at ? ownSecond(view, at) : freeSecond(view, new Date());
    const told = { taskId: taskIdAt(view.type, id, time), scheduledFor: time.toISOString() };
    if (await this.deps.reader.facts(told.taskId)) return { ...told, outcome: 'exists' };
    const policy = overlap ?? view.overlap;
    for (let round = 1; round <= MOST_TRIGGERS; round++) {
      // One that was dropped must not stand in the way of one with another policy.
      await this.patch(id, time, policy, `trigger:${fireText(time)}:${policy}:${round}`);
      const outcome = await this.outcomeOf(told.taskId, view, policy);
      if (outcome) return { ...told, outcome };
    }
    throw new HoldfastError('unavailable', `Schedule ${id} has not taken the trigger; try again.`, { retryAfter: 2 });
  }

  /**
   * Makes up for the missed times of a range, both ends included; a time that has its task is left alone. Temporal's own
   * backfill would run each time again, so here the tasks are started as submissions are: one of each ID, for ever.
   * @throws HoldfastError `not-found`, `invalid-request`; `state-conflict` while the schedule has fires of its own to see to.
   */
  async backfill(id: string, { from, to, spacing = 0 }: BackfillOrder): Promise<BackfillReport> {
    const found = await this.store.describe(id);
    await this.checkRange(found, from, to);
    const times = await this.timesOf(id, from, to);
    if (times.length > MOST_TIMES) {
      throw fault('/to', `The range has more than ${MOST_TIMES} fire times: take it in parts.`);
    }
    const exists = await inParallel(times, AT_ONCE, async (time) =>
      Boolean(await this.deps.reader.facts(taskIdAt(found.view.type, id, time))),
    );
    const begin = Date.now();
    const missed = times.filter((_, index) => !exists[index]);
    const due = missed.map((time, index) => ({ time, at: index === 0 ? undefined : begin + index * spacing * 1000 }));
    const started = await inParallel(due, AT_ONCE, async ({ time, at }) =>
      this.start(found, time, spacing > 0 && at !== undefined ? new Date(at) : undefined),
    );
    const taskIds = started.filter((taskId) => taskId !== undefined);
    return { times: times.length, existing: times.length - taskIds.length, taskIds };
  }

  /** The schedule's fire times in a range, both ends included, without their jitter; at most a thousand. */
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
    const due = (startTime ?? []).map(({ seconds, nanos }) => Number(seconds) * 1000 + (nanos ?? 0) / 1e6);
    return due.map((time) => nominalTime(view, description.spec, time)).filter((time) => time >= from && time <= to);
  }

  /** @returns `undefined` when the task of this time is there already. */
  private async start({ description }: FoundSchedule, time: Date, runAt?: Date): Promise<string | undefined> {
    const request = requestAt(description, time, runAt);
    if (!request) return undefined;
    const options = startOptions(request, { kind: 'first' }, false);
    try {
      await this.gateway.call(() => this.gateway.client.workflow.start(request.start.type, options));
      return request.taskId;
    } catch (error) {
      if (error instanceof WorkflowExecutionAlreadyStartedError) return undefined;
      throw error;
    }
  }

  private async patch(scheduleId: string, time: Date, overlap: Overlap, requestId: string): Promise<void> {
    const { namespace, service, client } = this.gateway;
    const overlapPolicy = encodeScheduleOverlapPolicy(overlapName(overlap)) ?? null;
    const patch = { triggerImmediately: { scheduledTime: msToTs(time.getTime()), overlapPolicy } };
    const { identity } = client.options;
    await this.gateway.call(() => service.patchSchedule({ namespace, scheduleId, identity, requestId, patch }));
  }

  /** The schedule takes a moment to act on what it was told. @returns `undefined` when nothing is to be seen of it. */
  private async outcomeOf(
    taskId: string,
    before: ScheduleView,
    policy: Overlap,
  ): Promise<'started' | 'waits' | undefined> {
    const until = Date.now() + SEEN_WITHIN_MS;
    while (Date.now() < until) {
      if (await this.deps.reader.facts(taskId)) return 'started';
      const { counts } = (await this.store.describe(before.id)).view;
      if (counts.waiting > before.counts.waiting) return 'waits';
      if (DROPPING.includes(policy) && counts.skippedOverlap > before.counts.skippedOverlap) {
        const message = `Schedule ${before.id} has a run that is still open, and the overlap policy ${policy} drops this one: wait for it, or trigger with overlap allow-all.`;
        throw new HoldfastError('state-conflict', message);
      }
      await sleep(LOOK_EVERY_MS);
    }
    return undefined;
  }

  /** Only times that the schedule itself is done with may be made up for, and only those whose tasks would still be known. */
  private async checkRange({ view, description }: FoundSchedule, from: Date, to: Date): Promise<void> {
    const now = Date.now();
    if (to < from) throw fault('/to', 'The end of the range lies before its beginning.');
    const settled = new Date(now - SETTLED_MS - (view.jitter ?? 0) * 1000);
    if (to > settled) {
      throw fault('/to', `The schedule itself may start runs after ${settled.toISOString()}: end before that.`);
    }
    const kept = Math.min(await this.deps.retention.seconds(), this.deps.keepDays * DAY);
    if (from.getTime() < now - kept * 1000) {
      throw fault('/from', `Ended tasks are kept for ${kept} s, so nobody knows what ran before: begin later.`);
    }
    const [next] = description.info.nextActionTimes;
    if (view.counts.waiting > 0 || (next && next.getTime() < now - SETTLED_MS)) {
      const message = `Schedule ${view.id} has fires of its own to see to first (${view.counts.waiting} wait for their turn); try again when they have begun.`;
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
    throw fault('/at', 'The time lies in the future; it is only a name for the run.');
  if (isFireTime(view, second)) {
    throw fault('/at', 'At this second the schedule may fire itself: choose another, or backfill it.');
  }
  return new Date(second);
}

function fault(pointer: string, message: string): HoldfastError {
  return new HoldfastError('invalid-request', message, { issues: [{ pointer, message }] });
}
