import type { FacilityDatabase, FacilityTransaction } from './open';

/** What an effect has come to. */
export interface Effect<Outcome> {
  outcome: Outcome;
  /** Whether it had been done before, so that nothing was done now. */
  repeated: boolean;
}

/**
 * Makes a change once for a key, however often and from however many workers at a time it is asked for: the change and
 * the record of its key are one transaction. Who comes second waits for the first, and gets its outcome.
 * @param key The effect's name.
 * @param taskId Who asks, for the record.
 * @param work The change, through the transaction only. Its outcome is JSON.
 * @param changes Whether an outcome is a change. One that says that there was nothing to do is not recorded, since
 *   there may be when it is asked for again. Defaults to every one.
 */
export async function once<Outcome extends object>(
  database: FacilityDatabase,
  { key, taskId }: { key: string; taskId: string },
  work: (transaction: FacilityTransaction) => Promise<Outcome>,
  changes: (outcome: Outcome) => boolean = () => true,
): Promise<Effect<Outcome>> {
  return database.transaction().execute(async (transaction) => {
    // The server lets the second of two wait here until the first one's transaction has ended, either way.
    const claimed = await transaction
      .insertInto('effects')
      .values({ key, taskId, recordedAt: new Date() })
      .onConflict((conflict) => conflict.column('key').doNothing())
      .returning('key')
      .executeTakeFirst();
    if (!claimed) return { outcome: await recorded<Outcome>(transaction, key), repeated: true };
    const outcome = await work(transaction);
    if (!changes(outcome)) {
      await transaction.deleteFrom('effects').where('key', '=', key).execute();
      return { outcome, repeated: false };
    }
    await transaction
      .updateTable('effects')
      .set({ outcome: JSON.stringify(outcome) })
      .where('key', '=', key)
      .execute();
    return { outcome, repeated: false };
  });
}

async function recorded<Outcome>(transaction: FacilityTransaction, key: string): Promise<Outcome> {
  const row = await transaction
    .selectFrom('effects')
    .select('outcome')
    .where('key', '=', key)
    .executeTakeFirstOrThrow();
  return row.outcome as Outcome;
}
