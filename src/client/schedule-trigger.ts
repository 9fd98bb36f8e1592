import { setTimeout as sleep } from 'node:timers/promises';
import { encodeScheduleOverlapPolicy } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time';
import { HoldfastError } from '../errors';
import type { Overlap } from '../tasks/schedule-definition';
import type { Gateway } from './gateway';
import { fault } from './issues';
import type { TaskReader } from './reader';
import type { ScheduleStore } from './schedule-store';
import { isFireTime, SETTLED_MS } from './schedule-times';
import { overlapName, type ScheduleView } from './schedule-view';
import { fireText, taskIdAt } from './scheduled-run';

/** What became of a run by hand. */
export interface Triggered {
  taskId: string;
  /** The second that the run is known by. */
  scheduledFor: string;
  /** `waits`: for the end of an earlier run. `exists`: an earlier call has started it. */
  outcome: 'started' | 'waits' | 'exists';
}

export interface TriggerOrder {
  at?: Date;
  overlap?: Overlap;
}

/** Policies that may drop a fire. */
const DROPPING: readonly Overlap[] = ['skip', 'buffer-one'];
/** A trigger of which nothing is to be seen after this time, in milliseconds, has been lost. */
const SEEN_WITHIN_MS = 1500;
const MOST_TRIGGERS = 3;
const LOOK_EVERY_MS = 50;

/** Runs of a schedule that somebody asks for. */
export class ScheduleTriggers {
  constructor(
    private readonly gateway: Gateway,
    private readonly store: ScheduleStore,
    private readonly reader: TaskReader,
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
  async trigger(id: string, { at, overlap }: TriggerOrder = {}): Promise<Triggered> {
    const { view } = await this.store.describe(id);
    const time = at ? ownSecond(view, at) : freeSecond(view, new Date());
    const told = { taskId: taskIdAt(view.type, id, time), scheduledFor: time.toISOString() };
    if (await this.reader.facts(told.taskId)) return { ...told, outcome: 'exists' };
    const policy = overlap ?? view.overlap;
    for (let round = 1; round <= MOST_TRIGGERS; round++) {
      // One that was dropped must not stand in the way of one with another policy.
      await this.patch(id, time, policy, `trigger:${fireText(time)}:${policy}:${round}`);
      const outcome = await this.outcomeOf(told.taskId, view, policy);
      if (outcome) return { ...told, outcome };
    }
    throw new HoldfastError('unavailable', `Schedule ${id} has not taken the trigger; try again.`, { retryAfter: 2 });
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
      if (await this.reader.facts(taskId)) return 'started';
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
