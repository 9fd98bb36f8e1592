import { StartError } from 'holdfast';
import { sql } from 'kysely';
import type { FacilityDatabase } from '../database/open';
import { fill, type SeedCounts } from './fill';
import { Random } from './random';

const SITES = 20;
const LARGEST_SCALE = 100;

export interface SeedOptions {
  /** The time around which the data lies. */
  now: Date;
  /** Another integer makes other data; the same one, at the same time, the same data. Defaults to 1. */
  seed?: number;
  /** How much: 1 is about 20 sites and 1,000 job instances, 10 ten times that. Defaults to 1. */
  scale?: number;
}

/**
 * Fills the tables of an empty database with the data of a company that looks after buildings, in one transaction.
 * @throws StartError for a database that has people in it, and for a seed or a scale that cannot be.
 */
export async function seedFacility(database: FacilityDatabase, options: SeedOptions): Promise<SeedCounts> {
  const { now, seed = 1, scale = 1 } = options;
  if (!Number.isInteger(seed)) throw new StartError(`A seed is an integer: ${seed} is none.`);
  if (!(scale > 0 && scale <= LARGEST_SCALE)) {
    throw new StartError(`A scale is a number over 0, and at most ${LARGEST_SCALE}: ${scale} is none.`);
  }
  return database.transaction().execute(async (transaction) => {
    // Of two that seed at a time, the second finds the first one's people.
    await sql`lock table people in share row exclusive mode`.execute(transaction);
    const people = await countPeople(transaction);
    if (people > 0) {
      throw new StartError(
        `The facility database has ${people} people in it already. Seed data goes into an empty database only: take a new one, or empty its tables.`,
      );
    }
    return fill({ transaction, now, random: new Random(seed) }, Math.max(1, Math.round(SITES * scale)));
  });
}

/** Seeds a database that has no people in it. @returns What was made; nothing when there are people. */
export async function seedIfEmpty(database: FacilityDatabase, options: SeedOptions): Promise<SeedCounts | undefined> {
  return (await countPeople(database)) > 0 ? undefined : seedFacility(database, options);
}

async function countPeople(database: FacilityDatabase): Promise<number> {
  const { count } = await database
    .selectFrom('people')
    .select(({ fn }) => fn.countAll<string>().as('count'))
    .executeTakeFirstOrThrow();
  return Number(count);
}
