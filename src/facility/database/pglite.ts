import { chmod, readdir } from 'node:fs/promises';
import path from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import type { PostgresPool, PostgresPoolClient } from 'kysely';
import { claimFolder } from '../../folder-claim';

/**
 * Opens the embedded database as a pool of one connection: PGlite is PostgreSQL for one process, and knows one session.
 * @throws StartError while another process holds the folder.
 */
export async function openEmbedded(folder: string): Promise<PostgresPool> {
  const claim = await claimFolder(
    folder,
    (holder) =>
      `The embedded database in ${folder} is in use by process ${holder}, and serves one process at a time: end that one, or set HOLDFAST_FACILITY_DATABASE to the URL of a PostgreSQL server.`,
  );
  try {
    const database = await PGlite.create(folder);
    await closeToOthers(folder);
    return new PoolOfOne(database, () => claim.release());
  } catch (error) {
    await claim.release();
    throw error;
  }
}

/** What PGlite unpacks for a new database is open to everybody; what it writes later is not. */
async function closeToOthers(folder: string): Promise<void> {
  await chmod(folder, 0o700);
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const mode = entry.isDirectory() ? 0o700 : 0o600;
    // The database removes files of its own meanwhile.
    await chmod(path.join(entry.parentPath, entry.name), mode).catch(() => undefined);
  }
}

class PoolOfOne implements PostgresPool {
  private free: Promise<void> = Promise.resolve();

  constructor(
    private readonly database: PGlite,
    private readonly release: () => Promise<void>,
  ) {}

  async connect(): Promise<PostgresPoolClient> {
    const before = this.free;
    let release = () => {};
    this.free = new Promise((resolve) => {
      release = resolve;
    });
    await before;
    return { query: (...query: [string, unknown[]]) => this.query(...query), release } as PostgresPoolClient;
  }

  async end(): Promise<void> {
    await this.free;
    await this.database.close();
    await this.release();
  }

  private async query(text: string, parameters: unknown[]) {
    const { rows, affectedRows = 0 } = await this.database.query(text, parameters);
    return { command: text.trimStart().split(/\s/, 1)[0]?.toUpperCase(), rowCount: affectedRows, rows };
  }
}
