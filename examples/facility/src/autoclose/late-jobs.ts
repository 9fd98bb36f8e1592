import type { FacilityDatabase } from '../database/open';
import { OPEN } from '../database/schema';

const DAY_MS = 86_400_000;

/** Jobs that became late in the 24 hours before a time, and nobody has reported or closed; oldest first. */
export async function lateJobs(database: FacilityDatabase, now: Date, limit: number) {
  return database
    .selectFrom('jobInstances')
    .select(['id', 'expiresAt'])
    .where('expiresAt', '<=', now)
    .where('expiresAt', '>', new Date(now.getTime() - DAY_MS))
    .where('status', 'in', OPEN)
    .where('autoclosedByServer', '=', false)
    .orderBy('expiresAt')
    .orderBy('id')
    .limit(limit)
    .execute();
}
