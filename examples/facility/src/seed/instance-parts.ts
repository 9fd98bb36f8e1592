import type { NewRow } from './insert';
import type { PlannedInstance } from './instances';
import type { Random } from './random';

const MINUTE_MS = 60_000;
/** So many reminders at least are due, however few there are. */
const DUE = 2;

type Numbered = PlannedInstance & { id: number };

/** The checkpoints of the tours: of one that was begun, some are done. */
export function checkpointsOf(random: Random, instances: readonly Numbered[]): NewRow<'checkpoints'>[] {
  return instances.flatMap(({ id, row, job }) => {
    const names = job.checkpoints ?? [];
    const done = row.status === 'COMPLETED' ? names.length : begunAt(random, row.status, names.length);
    const left = row.autoclosedByServer ? 'AUTOCLOSED' : 'ASSIGNED';
    return names.map((name, index) => ({
      instanceId: id,
      position: index + 1,
      name,
      status: index < done ? ('COMPLETED' as const) : (left as 'AUTOCLOSED' | 'ASSIGNED'),
    }));
  });
}

function begunAt(random: Random, status: string, count: number): number {
  return status === 'INPROGRESS' || status === 'PARTIALLYCOMPLETED' ? random.between(1, count - 1) : 0;
}

/** The reminders of what is still to come; of those whose time has come, some were not sent yet. */
export function remindersOf(random: Random, instances: readonly Numbered[], now: Date): NewRow<'reminders'>[] {
  let due = 0;
  return instances.flatMap(({ id, row, job }): NewRow<'reminders'>[] => {
    if (!job.reminderMinutes) return [];
    const dueAt = new Date(row.plannedAt.getTime() - job.reminderMinutes * MINUTE_MS);
    const isDue = dueAt <= now && row.plannedAt > now && (due < DUE || random.chance(40));
    if (isDue) due += 1;
    if (isDue || dueAt > now) return [{ instanceId: id, dueAt, status: 'PENDING' }];
    const soonAfter = new Date(dueAt.getTime() + 10 * MINUTE_MS);
    const settledAt = random.timeBetween(dueAt, soonAfter < now ? soonAfter : now);
    return [{ instanceId: id, dueAt, status: 'SUCCESS', settledAt }];
  });
}
