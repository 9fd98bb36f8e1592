import { randomBytes } from 'node:crypto';
import { link, mkdir, open, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** Inputs and results are nobody else's business: only the user of the processes reads what is kept. */
export const OWN_FILE = 0o600;
export const OWN_FOLDER = { recursive: true, mode: 0o700 } as const;

/** A new name in the store's folder for half-written files. */
export async function temporaryPath(store: string): Promise<string> {
  const folder = path.join(store, 'tmp');
  await mkdir(folder, OWN_FOLDER);
  return path.join(folder, randomBytes(12).toString('hex'));
}

/** Gives a finished file its final name by the given means. The folder is synced too, or a power cut could undo it. */
export async function publish(target: string, name: () => Promise<void>): Promise<void> {
  const folder = path.dirname(target);
  await mkdir(folder, OWN_FOLDER);
  await name();
  await syncFolder(folder);
}

/**
 * Puts a text at its place, unless one stands there: others may have read that one.
 * @param meanwhile Done once the text is on the disk, and before it can be seen.
 * @returns Whether it was put there.
 */
export async function addWhole(
  store: string,
  target: string,
  text: string,
  meanwhile: () => Promise<void> = async () => undefined,
): Promise<boolean> {
  const temporary = await temporaryPath(store);
  let added = true;
  try {
    await writeSynced(temporary, 'wx', text);
    await meanwhile();
    // A link, since a rename would put this text in the place of the one that others have read.
    await publish(target, () =>
      link(temporary, target).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'EEXIST') throw error;
        added = false;
      }),
    );
  } finally {
    await rm(temporary, { force: true });
  }
  return added;
}

/** Writes a text, new or at the end of what is there, and has it on the disk. */
export async function writeSynced(file: string, flags: 'wx' | 'a', text: string): Promise<void> {
  const handle = await open(file, flags, OWN_FILE);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** @returns `undefined` when there is no such file. */
export async function readIfThere(file: string): Promise<string | undefined> {
  return readFile(file, 'utf8').catch(unlessAbsent);
}

/** For what can be absent: everything else that is wrong with it is thrown. */
export function unlessAbsent(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
  return undefined;
}

/** Puts the names of its files on the disk. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** The time of a file's last change tells its last use. A store that can be read only keeps everything anyway. */
export async function markUsed(file: string, now = new Date()): Promise<void> {
  await utimes(file, now, now).catch(() => undefined);
}

/** Gives an empty file the present time, and makes it if need be. Nothing is synced: it may be lost. */
export async function touch(file: string): Promise<void> {
  const now = new Date();
  await utimes(file, now, now).catch(async () => {
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, '');
  });
}
