import { execFile } from 'node:child_process';
import { constants, openSync } from 'node:fs';
import { Socket } from 'node:net';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { promisify } from 'node:util';

const run = promisify(execFile);

interface Pipe {
  readEnd: Readable;
  /** Descriptor for the child. The reader sees the end when this one and the child's copies are closed. */
  writeEnd: number;
}

/**
 * Makes real pipes. Node's own "pipes" to a child are sockets, which a program cannot open again by name:
 * a script's `echo oops > /dev/stderr` would fail.
 */
export async function makePipes(folder: string): Promise<[stdout: Pipe, stderr: Pipe]> {
  const stdout = path.join(folder, 'stdout');
  const stderr = path.join(folder, 'stderr');
  await run('mkfifo', ['-m', '600', stdout, stderr]);
  return [openPipe(stdout), openPipe(stderr)];
}

function openPipe(file: string): Pipe {
  // Opened for reading first, and without blocking: then neither end waits for the other.
  const readEnd = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
  return { readEnd: new Socket({ fd: readEnd, readable: true, writable: false }), writeEnd: openSync(file, 'w') };
}
