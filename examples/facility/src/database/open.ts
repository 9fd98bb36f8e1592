import { CamelCasePlugin, Kysely, PostgresDialect, type Transaction } from 'kysely';
import { Pool } from 'pg';
import { migrate } from './migrate';
import { openEmbedded } from './pglite';
import type { FacilityTables } from './schema';

export type FacilityDatabase = Kysely<FacilityTables>;
export type FacilityTransaction = Transaction<FacilityTables>;

/** Where the pack's data is. */
export type DatabaseLocation =
  | {
      kind: 'embedded';
      /** Absolute path. */
      folder: string;
    }
  | { kind: 'postgres'; url: string };

/** Connections of one process. An item holds one for a transaction of milliseconds. */
const CONNECTIONS = 10;
/** Milliseconds after which a server that gives no connection counts as down. */
const CONNECT_TIMEOUT = 10_000;
/** Milliseconds after which the server ends a statement, or a transaction of a process that hangs. */
const STATEMENT_TIMEOUT = 60_000;

/**
 * Opens the database and brings its tables up to date.
 * @throws StartError while another process holds an embedded one; what the driver throws when it cannot be reached.
 */
export async function openDatabase(location: DatabaseLocation): Promise<FacilityDatabase> {
  const pool = location.kind === 'embedded' ? await openEmbedded(location.folder) : connect(location.url);
  const database = new Kysely<FacilityTables>({
    dialect: new PostgresDialect({ pool }),
    plugins: [new CamelCasePlugin({ maintainNestedObjectKeys: true })],
  });
  try {
    await migrate(database as unknown as Kysely<never>);
    return database;
  } catch (error) {
    await database.destroy();
    throw error;
  }
}

function connect(url: string): Pool {
  const pool = new Pool({
    connectionString: url,
    max: CONNECTIONS,
    connectionTimeoutMillis: CONNECT_TIMEOUT,
    statement_timeout: STATEMENT_TIMEOUT,
    idle_in_transaction_session_timeout: STATEMENT_TIMEOUT,
  });
  // A connection that is lost while nobody uses it is replaced by the next use; unheard, it would end the process.
  pool.on('error', () => {});
  // So would one that is lost between two statements of a transaction; the next statement fails and shows it.
  pool.on('connect', (client) => {
    client.on('error', () => {});
  });
  return pool;
}
