import type { Insertable } from 'kysely';
import type { FacilityTransaction } from '../database/open';
import type { FacilityTables } from '../database/schema';

/** Tables whose rows get their IDs from the database. */
type Numbered = Exclude<keyof FacilityTables, 'effects'>;

/** A row before it has its ID. */
export type NewRow<Table extends Numbered> = Insertable<FacilityTables[Table]>;

/** Rows of one statement: the protocol counts their values in 16 bits. */
const AT_ONE_GO = 1000;

/** Inserts rows by the thousand. @returns Their IDs, in the order of the rows. */
export async function insertAll<Table extends Numbered>(
  transaction: FacilityTransaction,
  table: Table,
  rows: readonly NewRow<Table>[],
): Promise<number[]> {
  const ids: number[] = [];
  for (let from = 0; from < rows.length; from += AT_ONE_GO) {
    const inserted = await transaction
      // Every one of these tables has an ID; the compiler can follow that for one of them only.
      .insertInto(table as 'people')
      .values(rows.slice(from, from + AT_ONE_GO) as readonly unknown[] as readonly NewRow<'people'>[])
      .returning('id')
      .execute();
    ids.push(...inserted.map(({ id }) => id));
  }
  return ids;
}
