import { once } from 'node:events';
import type { Server } from 'node:http';
import { StartError } from './errors';

/** Where a server listens, and how people know the port. */
export interface ListenOptions {
  host: string;
  port: number;
  /** What the port is for and which setting names it: "the API, HOLDFAST_PORT". */
  use: string;
  /** What to do when the port cannot be had. */
  todo: string;
}

/** Resolves when the server listens. @throws StartError when the port is in use or cannot be had. */
export async function listen(server: Server, { host, port, use, todo }: ListenOptions): Promise<void> {
  server.listen(port, host);
  try {
    await once(server, 'listening');
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const reason = code === 'EADDRINUSE' ? 'is in use' : `cannot be listened on at ${host} (${code})`;
    throw new StartError(`Cannot start: port ${port} (${use}) ${reason}. ${todo}`, { cause });
  }
}
