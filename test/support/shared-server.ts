import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { TemporalServer } from './temporal-server';

/** Names the folder of a run of jest in which its workers note their servers. */
export const SERVERS = 'TEST_TEMPORAL_SERVERS';
/** One that is there when the server starts is known everywhere at once; one that is made later takes a second. */
const NAMESPACES = 48;

interface Note {
  pid: number;
  port: number;
  metricsPort: number;
}

/** The server that all test files of this jest worker share; the first one starts it. `undefined` outside of jest. */
export async function sharedServer(): Promise<TemporalServer | undefined> {
  const folder = process.env[SERVERS];
  if (!folder) return undefined;
  const file = path.join(folder, `${process.env.JEST_WORKER_ID}.json`);
  const running = existsSync(file) ? readNote(file) : undefined;
  if (running && isAlive(running)) return TemporalServer.shared(running);
  const server = await TemporalServer.start(
    undefined,
    {},
    Array.from({ length: NAMESPACES }, (_, n) => nameOf(n)),
  );
  const note: Note = { pid: server.detach(), port: server.port, metricsPort: server.metricsPort };
  await writeFile(file, JSON.stringify(note));
  return TemporalServer.shared(note);
}

/** A namespace of the server that no other test has used: what one leaves behind is in nobody's way. */
export async function freshNamespace({ port }: TemporalServer): Promise<string> {
  for (let number = 0; ; number++) {
    const taken = path.join(process.env[SERVERS] ?? '', `${port}-${nameOf(number)}`);
    if (existsSync(taken)) continue;
    await mkdir(taken);
    return nameOf(number);
  }
}

/** Ends the servers of all workers. */
export function endSharedServers(folder: string): void {
  for (const name of readdirSync(folder).filter((one) => one.endsWith('.json'))) {
    const note = readNote(path.join(folder, name));
    if (isAlive(note)) process.kill(note.pid, 'SIGTERM');
  }
}

function nameOf(number: number): string {
  return `test-${number}`;
}

function readNote(file: string): Note {
  return JSON.parse(readFileSync(file, 'utf8')) as Note;
}

function isAlive({ pid }: Note): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
