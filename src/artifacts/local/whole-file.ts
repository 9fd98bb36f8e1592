import { randomBytes } from 'node:crypto';
import { mkdir, open, utimes, writeFile } from 'node:fs/promises';
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
