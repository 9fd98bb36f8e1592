import type { FacilityDatabase, FacilityTransaction } from '../database/open';

/** Milliseconds after its time for which a report that was not mailed is kept for a person to see to it. */
const KEPT_MS = 12 * 3_600_000;

/** Reports that nobody has mailed for too long: by the clock, whatever time a run is for, since what is gone is gone. */
export async function leftoverFiles(database: FacilityDatabase): Promise<number[]> {
  const files = await database
    .selectFrom('reportFiles')
    .select('id')
    .where('mailedAt', 'is', null)
    .where('removedAt', 'is', null)
    .where('sendAt', '<', new Date(Date.now() - KEPT_MS))
    .orderBy('id')
    .execute();
  return files.map(({ id }) => id);
}

/** Removes the contents of those that have not been mailed since. @returns A line for each. */
export async function removeContents(
  transaction: FacilityTransaction,
  ids: readonly number[],
): Promise<{ removed: string[] }> {
  const files = await transaction
    .updateTable('reportFiles')
    .set({ content: null, removedAt: new Date() })
    .where('id', 'in', ids)
    .where('mailedAt', 'is', null)
    .where('removedAt', 'is', null)
    .returning(['id', 'name', 'sendAt'])
    .execute();
  return {
    removed: files.map(
      ({ id, name, sendAt }) =>
        `Report file ${id} (${name}) was to be mailed at ${sendAt.toISOString()}, and never was: its content is removed.`,
    ),
  };
}
