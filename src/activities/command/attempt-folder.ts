import { createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { HandlerContext, TaskLog } from '../handler';

/** Everything one attempt keeps on this host, for its owner's eyes only. It goes away with the attempt. */
export interface AttemptFolder {
  path: string;
  /** The program's working folder, home and place for temporary files. */
  work: string;
  /** The program's standard input: a file, so that a dying worker cannot make a part of it look like the whole. */
  stdin: string;
}

export async function makeAttemptFolder(): Promise<AttemptFolder> {
  const folder = await mkdtemp(path.join(tmpdir(), 'holdfast-command-'));
  const work = path.join(folder, 'work');
  await mkdir(work);
  return { path: folder, work, stdin: path.join(folder, 'stdin') };
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
  try {
    await rm(folder.path, { recursive: true, force: true, maxRetries: 3 });
  } catch (error) {
    log.warn('The working folder could not be removed', { folder: folder.path, error: String(error) });
  }
}
