import { HoldfastError } from '../../errors';
import type { TaskReader } from '../read/reader';
import { fault } from '../submit/issues';
import type { Gateway } from '../temporal/gateway';
import { startRun } from './schedule-start';
import type { FoundSchedule, ScheduleStore } from './schedule-store';
import { isFireTime, SETTLED_MS } from './schedule-times';
import type { ScheduleView } from './schedule-view';
import { taskIdAt } from './scheduled-run';

/** What became of a run by hand. */
export interface Triggered {
  taskId: string;
  /** The second that the run is known by. */
  scheduledFor: string;
  /** False when an earlier call with this second has started it. */
  started: boolean;
}

export interface TriggerOrder {
  at?: Date;
  overlap?: boolean;
}

/** Runs of a schedule that somebody asks for. */
export class ScheduleTriggers {
  constructor(
    private readonly gateway: Gateway,
    private readonly store: ScheduleStore,
    private readonly reader: TaskReader,
  ) {}

  /**
   * Runs a schedule's task now, also while the schedule is paused.
   * @param at The second that the run is known by: repeating the call with it makes no second run. Defaults to now;
   *   calls within one second are one run then.
   * @param overlap Whether it may run beside a run that the clock has started. Defaults to whether the schedule's policy is `allow-all`.
   * @throws HoldfastError `not-found`; `state-conflict` while such a run is open; `invalid-request`.
   */
  async trigger(id: string, { at, overlap }: TriggerOrder = {}): Promise<Triggered> {
    const found = await this.store.describe(id);
    const { view } = found;
    const time = at ? ownSecond(view, at) : freeSecond(view, new Date());
    const answer = { taskId: taskIdAt(view.type, id, time), scheduledFor: time.toISOString() };
    if (await this.reader.facts(answer.taskId)) return { ...answer, started: false };
    const open = (overlap ?? view.overlap === 'allow-all') ? undefined : await this.openRun(found);
    if (open !== undefined) {
      const message = `Schedule ${id} has a run that is still open, ${open}: wait for it, or trigger with overlap.`;
      throw new HoldfastError('state-conflict', message, { taskId: open });
    }
    return { ...answer, started: (await startRun(this.gateway, found, time)) !== undefined };
  }

  /** The schedule may not have heard yet that a run of its has ended. */
  private async openRun({ description }: FoundSchedule): Promise<string | undefined> {
    for (const { workflow } of description.info.runningActions) {
      const facts = await this.reader.facts(workflow.workflowId);
      if (facts && facts.closedAt === undefined) return workflow.workflowId;
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
