import type { HandlerContext } from 'holdfast';
import { once } from './database/once';
import type { FacilityDatabase, FacilityTransaction } from './database/open';

/** What the handlers of the pack share. */
export interface FacilityResources {
  /** The database, opened with the first use. */
  database(): Promise<FacilityDatabase>;
  /** Bytes that the texts and attachments of a mail may have together. */
  mailBytes: number;
}

/** The circuit breaker of the pack's database. */
const DEPENDENCY = 'database:facility';

/**
 * Makes a change to the database, and writes down what it has come to under its key, or finds out what it came to
 * before. All changes go through here or through `write`: it is the mark of an outside effect.
 * @param key The effect's name.
 * @param changes Whether an outcome is a change: others are not recorded. Defaults to every one.
 * @returns The outcome that is recorded, or says that there was nothing to do.
 */
export async function change<Outcome extends object>(
  resources: FacilityResources,
  context: HandlerContext,
  key: string,
  work: (transaction: FacilityTransaction) => Promise<Outcome>,
  changes?: (outcome: Outcome) => boolean,
): Promise<Outcome> {
  const { outcome, repeated } = await write(resources, context, (database) =>
    once(database, { key, taskId: context.taskId }, work, changes),
  );
  if (repeated) context.log.info('was done before', { effect: key });
  return outcome;
}

/** Writes to the database what may be written again. */
export async function write<Result>(
  { database }: FacilityResources,
  { guard }: HandlerContext,
  work: (database: FacilityDatabase) => Promise<Result>,
): Promise<Result> {
  return guard(DEPENDENCY, async () => work(await database()));
}

/** The time that a run takes as now. */
export function nowOf({ at }: { at?: string | undefined }, { scheduledFor }: HandlerContext): Date {
  return at === undefined ? (scheduledFor ?? new Date()) : new Date(at);
}
