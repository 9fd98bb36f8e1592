import { type RawBuilder, sql } from 'kysely';
import type { FacilityDatabase } from '../database/open';

/** When a ticket has waited long enough for a level of the matrix, counted from its creation. */
const dueAt: RawBuilder<Date> = sql`tickets.created_at + escalation_matrix.wait * case escalation_matrix.unit
  when 'MINUTE' then interval '1 minute' when 'HOUR' then interval '1 hour'
  when 'DAY' then interval '1 day' else interval '7 days' end`;

/** Every ticket with every level that the matrix has for it. */
function levels(database: FacilityDatabase) {
  return database
    .selectFrom('tickets')
    .innerJoin('sites', 'sites.id', 'tickets.siteId')
    .innerJoin('escalationMatrix', (join) =>
      join
        .onRef('escalationMatrix.tenant', '=', 'sites.tenant')
        .onRef('escalationMatrix.category', '=', 'tickets.category'),
    )
    .select(['tickets.id', 'escalationMatrix.level', dueAt.as('dueAt')]);
}

/** Tickets that nobody has closed in time, with the next level for them; longest overdue first. */
export async function dueTickets(database: FacilityDatabase, now: Date, limit: number) {
  return levels(database)
    .where('tickets.status', 'not in', ['CLOSED', 'CANCELLED'])
    .where('escalationMatrix.level', '=', sql<number>`tickets.level + 1`)
    .where(dueAt, '<=', now)
    .orderBy('dueAt')
    .orderBy('tickets.id')
    .limit(limit)
    .execute();
}

/** When a ticket is due for a level, whatever its level is now; `undefined` when the matrix has no such level for it. */
export async function dueTime(
  database: FacilityDatabase,
  { ticket, level }: { ticket: number; level: number },
): Promise<Date | undefined> {
  const row = await levels(database)
    .where('tickets.id', '=', ticket)
    .where('escalationMatrix.level', '=', level)
    .executeTakeFirst();
  return row?.dueAt;
}
