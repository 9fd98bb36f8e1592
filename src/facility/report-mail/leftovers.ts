import type { FacilityTransaction } from '../database/open';

/** Milliseconds after its time for which a report that was not mailed is kept for a person to see to it. */
const KEPT_MS = 12 * 3_600_000;

/**
 * Removes the contents of reports that nobody has mailed for too long. By the clock, whatever time a run is for: what is
 * gone is gone.
 * @returns A line for each.
 */
export async function removeLeftovers(transaction: FacilityTransaction): Promise<{ removed: string[] }> {
  const now = new Date();
  const files = await transaction
    .updateTable('reportFiles')
    .set({ content: null, removedAt: now })
    .where('mailedAt', 'is', null)
    .where('removedAt', 'is', null)
    .where('sendAt', '<', new Date(now.getTime() - KEPT_MS))
    .returning(['id', 'name', 'sendAt'])
    .execute();
  return {
    removed: files.map(
      ({ id, name, sendAt }) =>
        `Report file ${id} (${name}) was to be mailed at ${sendAt.toISOString()}, and never was: its content is removed.`,
    ),
  };
}
