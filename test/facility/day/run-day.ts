import type { TaskView } from '../../../src/client/read/view';
import type { TaskClient } from '../../../src/client/task-client';
import type { ScheduleOrder } from '../../../src/tasks/schedule-definition';
import { until } from '../../support/until';
import type { PastDay } from './day';

/** What became of the fire times of one schedule. */
export interface Fired {
  type: string;
  times: number;
  /** The tasks that were started, by whoever was first. */
  started: string[];
  /** Times that a scheduler asked for and that had their task. */
  duplicates: number;
}

interface Plan {
  /** All of them fire every time: of each time one may be first. */
  schedulers: readonly TaskClient[];
  schedules: readonly ScheduleOrder[];
  day: PastDay;
  /**
   * Runs of one part go side by side and do not see what the others are about to do; the next part begins when they
   * have ended.
   */
  parts: number;
  /** Seconds that the runs of a part may take. Defaults to 60. */
  patience?: number;
  /** What goes on while a part runs, from 0 on; the part is over when it is. Defaults to nothing. */
  meanwhile?(part: number): Promise<void>;
}

/** Makes the fire times of a day run, part by part, by every scheduler at once. */
export async function runDay(plan: Plan): Promise<Fired[]> {
  const { schedulers, schedules, day, parts, patience = 60, meanwhile } = plan;
  const fired = schedules.map(({ type }): Fired => ({ type, times: 0, started: [], duplicates: 0 }));
  for (const [part, range] of day.parts(parts).entries()) {
    const other = meanwhile?.(part);
    const started = await Promise.all(
      schedules.map(async ({ id }, index) => {
        const reports = await Promise.all(schedulers.map(({ schedules }) => schedules.backfill(id, range)));
        const taskIds = reports.flatMap(({ taskIds }) => taskIds);
        const all = fired[index] as Fired;
        all.times += reports[0]?.times ?? 0;
        all.started.push(...taskIds);
        all.duplicates += reports.reduce((sum, { existing }) => sum + existing, 0);
        return taskIds;
      }),
    );
    await Promise.all([ended(schedulers[0] as TaskClient, started.flat(), patience), other]);
  }
  return fired;
}

/** Waits until tasks have ended, and returns them as they are then. */
export async function ended(tasks: TaskClient, ids: readonly string[], patience = 120): Promise<TaskView[]> {
  const views = new Map<string, TaskView>();
  const isOpen = ({ state }: TaskView) => !['completed', 'failed', 'cancelled'].includes(state);
  await until(
    `${ids.length} tasks have ended`,
    async () => {
      for (const id of ids) {
        const known = views.get(id);
        if (!known || isOpen(known)) views.set(id, await tasks.glance(id));
        if (isOpen(views.get(id) as TaskView)) return false;
      }
      return true;
    },
    patience,
  );
  return ids.map((id) => views.get(id) as TaskView);
}
