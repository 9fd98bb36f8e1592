import { sql } from 'kysely';
import type { FacilityDatabase } from '../database/open';

/**
 * PPM jobs that are valid at a time or later and not planned to their end; those that are planned least far come first.
 * A job whose dates are the wrong way round is among them while one of them is to come, so that somebody is notified.
 */
export async function ppmJobs(database: FacilityDatabase, now: Date, limit: number) {
  return database
    .selectFrom('jobs')
    .select(['id', 'siteId'])
    .where('identifier', '=', 'PPM')
    .where('scrapped', '=', false)
    .where(sql`greatest(valid_from, valid_until)`, '>=', now)
    .where((by) => by.or([by('generatedUntil', 'is', null), by('generatedUntil', '<', by.ref('validUntil'))]))
    .orderBy(sql`generated_until nulls first`)
    .orderBy('id')
    .limit(limit)
    .execute();
}
