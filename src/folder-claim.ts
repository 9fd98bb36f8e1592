import { createHash } from 'node:crypto';
import { realpathSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { createConnection, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { StartError } from './errors';

/** A folder that this process holds. */
export interface FolderClaim {
  /** True when the last holder did not end in order, so that its children may still be on their way out. */
  afterCrash: boolean;
  /** Gives the folder back; the end of the process does, too. */
  release(): Promise<void>;
}

/**
 * Takes a folder for this process alone; two servers on one database file would ruin it. A listening
 * socket marks the claim: unlike a file with a process number, the system lets go of it with the process.
 * @param refusal Says who holds it, by the process number, and what to do.
 * @throws StartError when another process holds the folder.
 */
export async function claimFolder(folder: string, refusal: (holder: string) => string): Promise<FolderClaim> {
  await mkdir(folder, { recursive: true });
  const socket = socketPath(folder);
  let afterCrash = false;
  let server = await listen(socket);
  if (!server) {
    const holder = await askHolder(socket);
    if (holder) throw new StartError(refusal(holder));
    afterCrash = true;
    await rm(socket, { force: true });
    server = await listen(socket);
  }
  if (!server) throw new StartError(refusal('that is just starting'));
  const held = server;
  return { afterCrash, release: () => new Promise((resolve) => held.close(() => resolve())) };
}

/** In the system's folder for such things, because a socket's path may not be longer than about 100 characters. */
function socketPath(folder: string): string {
  const name = createHash('sha256').update(realpathSync(folder)).digest('hex').slice(0, 16);
  return path.join(tmpdir(), `holdfast-${name}.sock`);
}

function listen(socket: string): Promise<Server | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer((connection) => {
      connection.on('error', () => {});
      connection.end(String(process.pid));
    });
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(undefined);
      else reject(error);
    });
    server.listen(socket, () => {
      // The claim alone must not keep the process alive.
      server.unref();
      resolve(server);
    });
  });
}

/** The process number of whoever listens, or nothing when nobody does. */
function askHolder(socket: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const connection = createConnection(socket);
    let answer = '';
    connection.on('data', (data) => {
      answer += data;
    });
    connection.on('error', () => resolve(undefined));
    connection.on('end', () => resolve(answer || 'unknown'));
  });
}
