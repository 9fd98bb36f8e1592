import { createHash } from 'node:crypto';
import { realpathSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { createConnection, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { StartError } from 'holdfast';

/**
 * Takes a folder for this process alone. A listening socket marks the claim: unlike a file with a process number, the
 * system lets go of it with the process.
 * @param refusal Says who holds it, by the process number, and what to do.
 * @returns Gives it back.
 * @throws StartError while another process holds the folder.
 */
export async function claimFolder(folder: string, refusal: (holder: string) => string): Promise<() => Promise<void>> {
  await mkdir(folder, { recursive: true });
  const socket = socketOf(folder);
  let server = await listen(socket);
  if (!server) {
    const holder = await askHolder(socket);
    if (holder) throw new StartError(refusal(holder));
    // Left by a process that was killed.
    await rm(socket, { force: true });
    server = await listen(socket);
  }
  if (!server) throw new StartError(refusal('that is just starting'));
  const held = server;
  return () => new Promise((resolve) => held.close(() => resolve()));
}

/** A socket's path may not be longer than about 100 characters. */
function socketOf(folder: string): string {
  const name = createHash('sha256').update(realpathSync(folder)).digest('hex').slice(0, 16);
  return path.join(tmpdir(), `facility-${name}.sock`);
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
    // The claim alone must not keep the process alive.
    server.listen(socket, () => resolve(server.unref()));
  });
}

function askHolder(socket: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const connection = createConnection(socket);
    let holder = '';
    connection.on('data', (data) => {
      holder += data;
    });
    connection.on('error', () => resolve(undefined));
    connection.on('end', () => resolve(holder || 'unknown'));
  });
}
