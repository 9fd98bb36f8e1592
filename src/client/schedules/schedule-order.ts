import { canonicalize } from 'json-canonicalize';
import type { z } from 'zod';
import type { CheckedOrder, scheduleChangeSchema } from '../../tasks/schedule-definition';
import { type ScheduleView, usualCatchUp } from './schedule-view';

/** What a caller would have to say to create the schedule as it is. */
export function orderOf(view: ScheduleView): CheckedOrder {
  const { nextRuns: _n, clockChanges: _x, lastRuns: _l, counts: _c, createdAt: _a, updatedAt: _u, ...order } = view;
  return order as CheckedOrder;
}

/** The order as {@link orderOf} returns it once the schedule is there: with all defaults. */
export function shownOrder(order: CheckedOrder, input: unknown): CheckedOrder {
  const { note, ...rest } = order;
  return JSON.parse(
    JSON.stringify({
      ...rest,
      input,
      tags: order.tags ?? [],
      ...(order.cron !== undefined && { timeZone: order.timeZone ?? 'UTC' }),
      overlap: order.overlap ?? 'skip',
      catchUpWindow: order.catchUpWindow ?? usualCatchUp(order),
      paused: order.paused ?? false,
      ...(note && { note }),
    }),
  ) as CheckedOrder;
}

/** Names of what two schedules have not in common, but for the pause. */
export function differencesOf(one: CheckedOrder, other: CheckedOrder): string[] {
  const names = new Set([...Object.keys(one), ...Object.keys(other)]) as Set<keyof CheckedOrder>;
  names.delete('paused');
  names.delete('note');
  return [...names].filter((name) => canonicalize(one[name] ?? null) !== canonicalize(other[name] ?? null));
}

/** The order after a change. A cron expression takes the place of an interval, and the other way round. */
export function changedOrder(order: CheckedOrder, change: z.output<typeof scheduleChangeSchema>): unknown {
  const kept: Partial<CheckedOrder> = { ...order };
  if (change.cron) for (const name of ['every', 'offset'] as const) delete kept[name];
  if (change.every) for (const name of ['cron', 'timeZone'] as const) delete kept[name];
  // A window that nobody chose goes with the times.
  if ((change.cron || change.every) && kept.catchUpWindow === usualCatchUp(order)) delete kept.catchUpWindow;
  const merged = Object.entries({ ...kept, ...change });
  return Object.fromEntries(merged.filter(([name, value]) => name === 'input' || value !== null));
}
