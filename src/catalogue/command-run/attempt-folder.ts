import { createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { HandlerContext, TaskLog } from '../../activities/attempt/handler';

/** Everything one attempt keeps on this host, for its owner's eyes only. It goes away with the attempt. */
export interface AttemptFolder {
  path: string;
  /** The program's working folder, home and place for temporary files. */
  work: string;
  /** The program's standard input: a file, so that a dying worker cannot make a part of it look like the whole. */
  stdin: string;
  /** Shows, as long as the attempt lives, that the folder is in use. */
  sign: NodeJS.Timeout;
}

const PREFIX = 'holdfast-command-';
/** How often a live attempt marks its folder, in milliseconds; a folder unmarked for much longer was left behind. */
const SIGN_MS = 3600_000;

export async function makeAttemptFolder(): Promise<AttemptFolder> {
  const folder = await mkdtemp(path.join(tmpdir(), PREFIX));
  const work = path.join(folder, 'work');
  await mkdir(work);
  const mark = () => utimes(folder, new Date(), new Date()).catch(() => undefined);
  return { path: folder, work, stdin: path.join(folder, 'stdin'), sign: setInterval(mark, SIGN_MS).unref() };
}

/** Removes this host's folders of attempts that died before the given time; returns how many. */
export async function removeLeftFolders(before: Date): Promise<number> {
  const names = await readdir(tmpdir()).catch(() => []);
  let removed = 0;
  for (const name of names.filter((one) => one.startsWith(PREFIX))) {
    const folder = path.join(tmpdir(), name);
    const known = await stat(folder).catch(() => undefined);
    if (!known || known.mtimeMs >= before.getTime()) continue;
    // What belongs to another user of the host stays.
    await rm(folder, { recursive: true, force: true }).then(
      () => removed++,
      () => undefined,
    );
  }
  return removed;
}

export async function writeStdin(
  file: string,
  stdin: string | { artifact: string },
  { artifacts, signal }: HandlerContext,
): Promise<void> {
  if (typeof stdin === 'string') return writeFile(file, stdin);
  const { stream } = await artifacts.open(stdin.artifact);
  try {
    await pipeline(stream, createWriteStream(file), { signal });
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  }
}

/** A folder that will not go away is the host's trouble, not the task's. */
export async function removeAttemptFolder(folder: AttemptFolder, log: TaskLog): Promise<void> {
  clearInterval(folder.sign);
  try {
    await rm(folder.path, { recursive: true, force: true, maxRetries: 3 });
  } catch (error) {
    log.warn('The working folder could not be removed', { folder: folder.path, error: String(error) });
  }
}
