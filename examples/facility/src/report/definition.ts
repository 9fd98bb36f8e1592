import { TaskFailure } from 'holdfast';
import type { FacilityDatabase } from '../database/open';
import { clockOf } from '../local-time';

/** A definition that a report can be made by, with what belongs to it. */
export type Definition = Awaited<ReturnType<typeof definitionOf>>;

/**
 * @throws TaskFailure PERMANENT_NOT_FOUND without the definition; CONFIG_INVALID_SETTING for one that no report can be
 *   made by until a person mends it, so that its task waits for that.
 */
export async function definitionOf(database: FacilityDatabase, id: number) {
  const definition = await database
    .selectFrom('reportDefinitions')
    .leftJoin('sites', (join) =>
      join.onRef('sites.id', '=', 'reportDefinitions.siteId').onRef('sites.tenant', '=', 'reportDefinitions.tenant'),
    )
    .selectAll('reportDefinitions')
    .select('sites.name as site')
    .where('reportDefinitions.id', '=', id)
    .executeTakeFirst();
  if (!definition) throw new TaskFailure('PERMANENT_NOT_FOUND', `There is no report definition ${id}.`);
  const { siteId, site, tenant, timeZone } = definition;
  if (siteId !== null && site === null) {
    const message = `Report definition ${id} is about site ${siteId}, which is none of its tenant ${tenant}: set site_id to one that is, or to null for all of them.`;
    throw new TaskFailure('CONFIG_INVALID_SETTING', message);
  }
  return { ...definition, clock: clockFor(id, timeZone) };
}

function clockFor(id: number, timeZone: string): (time: Date) => string {
  try {
    return clockOf(timeZone);
  } catch {
    const message = `Report definition ${id} has the time zone ${JSON.stringify(timeZone)}, which nobody knows: set time_zone to one such as "Europe/Berlin".`;
    throw new TaskFailure('CONFIG_INVALID_SETTING', message);
  }
}
