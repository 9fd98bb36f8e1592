import type { FacilityDatabase } from '../database/open';

/** A report is mailed by the runs that are no further than this from its time, in milliseconds. */
const WINDOW_MS = 30 * 60_000;

function unmailed(database: FacilityDatabase) {
  return database
    .selectFrom('reportFiles')
    .select(['id', 'name', 'sendAt'])
    .where('mailedAt', 'is', null)
    .where('removedAt', 'is', null)
    .orderBy('sendAt')
    .orderBy('id');
}

/** Reports whose time has come. */
export async function dueFiles(database: FacilityDatabase, now: Date, limit: number) {
  return unmailed(database)
    .where('sendAt', '>=', new Date(now.getTime() - WINDOW_MS))
    .where('sendAt', '<=', new Date(now.getTime() + WINDOW_MS))
    .limit(limit)
    .execute();
}

/** Reports whose time is over: their tasks wait, or no run was there in time. */
export async function missedFiles(database: FacilityDatabase, now: Date, limit: number) {
  return unmailed(database)
    .where('sendAt', '<', new Date(now.getTime() - WINDOW_MS))
    .limit(limit)
    .execute();
}
