import { cpSync, existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import type { DatabaseLocation } from '../../examples/facility/src/database/open';
import { PostgresServer } from '../support/servers/postgres';
import { TOOLS_FOLDER } from '../support/tools-folder';

/** An empty database of a test. */
interface TestDatabase {
  location: DatabaseLocation;
  /** To be called after everybody has closed the database. */
  close(): Promise<void>;
}

/** The databases that the facility pack works on: `describe.each(DATABASES)('on $name', ({ open }) => …)`. */
export const DATABASES: readonly { name: string; open: () => Promise<TestDatabase> }[] = [
  { name: 'PGlite', open: openPglite },
  { name: 'PostgreSQL', open: openPostgres },
];

let server: Promise<PostgresServer> | undefined;

/** The one server of a test file, started by who first needs it. */
export function sharedServer(): Promise<PostgresServer> {
  server ??= PostgresServer.start();
  return server;
}

// After those of every `describe`, which close their databases.
afterAll(async () => {
  await (await server)?.stop();
});

async function openPostgres(): Promise<TestDatabase> {
  const url = await (await sharedServer()).createDatabase();
  return { location: { kind: 'postgres', url }, close: async () => {} };
}

export async function openPglite() {
  const own = await mkdtemp(path.join(tmpdir(), 'holdfast-pglite-'));
  const folder = path.join(own, 'facility');
  // The synchronous copy takes a sixth of the other one's time.
  cpSync(await emptyPglite(), folder, { recursive: true });
  const location = { kind: 'embedded', folder } satisfies DatabaseLocation;
  return { location, close: () => rm(own, { recursive: true, force: true }) };
}

/**
 * A folder with the data of an empty PGlite: to make it takes seconds, to copy it a tenth of one. Each version's is
 * kept in the tools folder. Of several processes that make it at once the first gives it its name.
 */
async function emptyPglite(): Promise<string> {
  const description = path.join(path.dirname(require.resolve('@electric-sql/pglite')), '..', 'package.json');
  const { version } = JSON.parse(readFileSync(description, 'utf8')) as { version: string };
  const folder = path.join(TOOLS_FOLDER, `pglite-data-${version}`);
  if (existsSync(folder)) return folder;
  await mkdir(TOOLS_FOLDER, { recursive: true });
  const temporary = await mkdtemp(path.join(TOOLS_FOLDER, 'installing-'));
  try {
    await (await PGlite.create(temporary)).close();
    await rename(temporary, folder).catch((error) => {
      if (!existsSync(folder)) throw error;
    });
    return folder;
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}
