import type { FacilityDatabase } from '../database/open';
import { OPEN } from '../database/schema';

/**
 * Reminders whose time has come, of jobs that can still be done in time: one of a job that was reported, closed or is
 * late would only puzzle people. Those that failed before come last, so that they never keep others waiting.
 */
export async function dueReminders(database: FacilityDatabase, now: Date, limit: number) {
  return database
    .selectFrom('reminders')
    .innerJoin('jobInstances', 'jobInstances.id', 'reminders.instanceId')
    .select(['reminders.id', 'reminders.dueAt'])
    .where('reminders.status', '<>', 'SUCCESS')
    .where('reminders.dueAt', '<=', now)
    .where('jobInstances.status', 'in', OPEN)
    .where('jobInstances.expiresAt', '>', now)
    .orderBy('reminders.status', 'desc')
    .orderBy('reminders.dueAt')
    .orderBy('reminders.id')
    .limit(limit)
    .execute();
}
