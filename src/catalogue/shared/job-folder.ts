import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

const NAME = /^holdfast-(?:image|citations)-(\d+)-\w{6}$/;

/**
 * Makes the folder of one job of a `ProcessPool`. Whoever made it removes it; its name tells whose it is, should
 * that process be killed.
 */
export function makeJobFolder(kind: 'image' | 'citations'): Promise<string> {
  return mkdtemp(path.join(tmpdir(), `holdfast-${kind}-${process.pid}-`));
}

/**
 * Removes the folders of processes that were killed. To be called before this process makes one: whatever has
 * its number then is of another process that had it before, in a container for instance.
 */
export async function removeLeftJobFolders(): Promise<void> {
  for (const name of await readdir(tmpdir()).catch(() => [])) {
    const owner = Number(NAME.exec(name)?.[1]);
    if (!owner || (owner !== process.pid && isAlive(owner))) continue;
    // What belongs to another user of the host stays.
    await rm(path.join(tmpdir(), name), { recursive: true, force: true }).catch(() => undefined);
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
