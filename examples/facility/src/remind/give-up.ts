import { sql } from 'kysely';
import type { FacilityTransaction } from '../database/open';
import { OPEN } from '../database/schema';

/**
 * Settles reminders that came to nothing before their jobs were reported, closed or late, so that none is left waiting
 * for ever, silently.
 * @returns How many.
 */
export async function giveUpReminders(transaction: FacilityTransaction, now: Date): Promise<{ count: number }> {
  const { numUpdatedRows } = await transaction
    .updateTable('reminders')
    .from('jobInstances')
    .set({
      status: 'FAILED',
      failure: sql<string>`'Not known to be sent before its job was ' ||
        case when job_instances.status in (${sql.join(OPEN)}) then 'late' else job_instances.status end`,
      settledAt: now,
    })
    .whereRef('jobInstances.id', '=', 'reminders.instanceId')
    .where('reminders.status', '=', 'PENDING')
    .where('reminders.dueAt', '<=', now)
    .where((by) => by.or([by('jobInstances.status', 'not in', OPEN), by('jobInstances.expiresAt', '<=', now)]))
    .executeTakeFirstOrThrow();
  return { count: Number(numUpdatedRows) };
}
