import { type Kysely, type Migration, Migrator } from 'kysely';
import { up as initial } from './migrations/initial';

/** In order; names are what the database remembers. Going back is done from a backup. */
const MIGRATIONS: Record<string, Migration> = { '0001-initial': { up: initial } };

/** Brings the tables up to date, in one transaction; of several processes one does it, and the others wait for it. */
export async function migrate(database: Kysely<never>): Promise<void> {
  const migrator = new Migrator({ db: database, provider: { getMigrations: async () => MIGRATIONS } });
  const { error } = await migrator.migrateToLatest();
  if (error) throw error;
}
