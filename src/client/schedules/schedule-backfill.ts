import { msToTs } from '@temporalio/common/lib/time';
import { HoldfastError } from '../../errors';
import { inParallel } from '../../parallel';
import type { TaskReader } from '../read/reader';
import { fault } from '../submit/issues';
import type { Gateway } from '../temporal/gateway';
import type { Retention } from '../temporal/retention';
import { startRun } from './schedule-start';
import type { FoundSchedule, ScheduleStore } from './schedule-store';
import { nominalTime, SETTLED_MS } from './schedule-times';
import { taskIdAt } from './scheduled-run';

export interface BackfillReport {
  /** Fire times in the range. */
  times: number;
  /** Tasks that were there already. */
  existing: number;
  /** Tasks that are started now, one for each missed time, oldest first. */
  taskIds: string[];
}

export interface BackfillOrder {
  from: Date;
  to: Date;
  /** Seconds between the beginnings of two runs. Defaults to 0: all at once. */
  spacing?: number;
}

/** Most missed times that one backfill makes up for. */
const MOST_TIMES = 500;
const AT_ONCE = 10;
const DAY = 86_400;

/** Runs of a schedule for times that were missed. */
export class ScheduleBackfills {
  constructor(
    private readonly gateway: Gateway,
    private readonly store: ScheduleStore,
    private readonly deps: { reader: TaskReader; retention: Retention; keepDays: number },
  ) {}

  /**
   * Makes up for the missed times of a range, both ends included; a time that has its task is left alone.
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
      startRun(this.gateway, found, time, spacing > 0 && at !== undefined ? new Date(at) : undefined),
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
    // The next time of a schedule that rests stays where it is, however long ago; it fires none of them any more.
    const next = view.paused ? undefined : description.info.nextActionTimes[0];
    if (view.counts.waiting > 0 || (next && next.getTime() < now - SETTLED_MS)) {
      const message = `Schedule ${view.id} has fires of its own to see to first (${view.counts.waiting} wait for their turn); try again when they have begun.`;
      throw new HoldfastError('state-conflict', message);
    }
  }
}
