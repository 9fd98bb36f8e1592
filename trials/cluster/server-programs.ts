import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { TOOLS_FOLDER } from '../../test/support/tools-folder';

/** The same version as the images of docker-compose.yml. */
const SERVER_VERSION = '1.32.0';

const MODULE = 'go.temporal.io/server/cmd';
const FOLDER = path.join(TOOLS_FOLDER, `temporal-server-${SERVER_VERSION}`);
const run = promisify(execFile);

/** Of the server and of what sets up its databases, by the names that the images give them. */
interface ServerPrograms {
  folder: string;
  server: string;
}

/**
 * The Temporal server as a cluster runs it, built from the Go module proxy once a machine: some minutes.
 * @throws Error where there is no Go.
 */
export async function serverPrograms(log: (line: string) => void): Promise<ServerPrograms> {
  const programs = { folder: FOLDER, server: path.join(FOLDER, 'temporal-server') };
  for (const [made, module, name] of [
    ['server', 'server', 'temporal-server'],
    ['sql', 'tools/sql', 'temporal-sql-tool'],
  ] as const) {
    const file = path.join(FOLDER, name);
    if (existsSync(file)) continue;
    log(`Building ${name} ${SERVER_VERSION}, which takes some minutes once …`);
    const env = { ...process.env, GOBIN: FOLDER };
    await run('nice', ['go', 'install', `${MODULE}/${module}@v${SERVER_VERSION}`], { env, maxBuffer: 2 ** 26 });
    // A build that was interrupted leaves nothing under the final name.
    await rename(path.join(FOLDER, made), file);
  }
  return programs;
}
