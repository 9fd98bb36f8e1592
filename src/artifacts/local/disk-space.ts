import { randomBytes } from 'node:crypto';
import { rm, statfs, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { HoldfastError } from '../../errors';
import { OWN_FILE, temporaryPath } from './whole-file';

export interface DiskSpace {
  /** Bytes that may be written. */
  free: number;
  /** Bytes of the whole file system. */
  total: number;
}

const MIB = 1024 ** 2;
/** With less than this nothing more is taken: what is under way needs it to end. */
const LEAST_FREE = 16 * MIB;
const LEAST_SHARE = 0.02;
/** A quota does not show in the free space of the disk. */
const PROBE_BYTES = 64 * 1024;
const NOT_THERE: readonly unknown[] = ['ENOENT', 'ENOTDIR'];
const FULL: readonly unknown[] = ['ENOSPC', 'EDQUOT'];

/** Of the file system that a folder is on, or will be made on: it need not be there yet. */
export async function diskSpace(folder: string): Promise<DiskSpace> {
  try {
    const { bavail, blocks, bsize } = await statfs(folder);
    return { free: bavail * bsize, total: blocks * bsize };
  } catch (error) {
    const above = path.dirname(folder);
    if (!NOT_THERE.includes((error as NodeJS.ErrnoException).code) || above === folder) throw error;
    return diskSpace(above);
  }
}

/** Whether an error, or what caused it, says that there is no room left to write. */
export function isDiskFull(error: unknown): boolean {
  let current = error;
  for (let depth = 0; typeof current === 'object' && current !== null && depth < 10; depth++) {
    const { code, cause } = current as { code?: unknown; cause?: unknown };
    if (FULL.includes(code)) return true;
    current = cause;
  }
  return false;
}

/** Does work that writes. @throws HoldfastError `storage-full` when there is no room for it. */
export async function whileRoom<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (!isDiskFull(cause)) throw cause;
    const message = 'The disk of the artifact store is full; nothing more can be stored until there is room.';
    throw new HoldfastError('storage-full', message, { retryAfter: 30 }, { cause });
  }
}

/** Why nothing can be stored in a folder; `undefined` when something can. */
export async function storageFault(folder: string): Promise<string | undefined> {
  const { free, total } = await diskSpace(folder);
  if (free < Math.min(LEAST_FREE, LEAST_SHARE * total)) {
    return `The disk of ${folder} is full: ${Math.floor(free / 1024)} KiB of ${Math.floor(total / MIB)} MiB are free.`;
  }
  let file: string | undefined;
  try {
    file = await temporaryPath(folder);
    await writeFile(file, randomBytes(PROBE_BYTES), { mode: OWN_FILE });
    return undefined;
  } catch (error) {
    const { message } = error as Error;
    return isDiskFull(error) ? `The disk of ${folder} is full.` : `Nothing can be stored in ${folder}: ${message}`;
  } finally {
    if (file !== undefined) await rm(file, { force: true }).catch(() => undefined);
  }
}
