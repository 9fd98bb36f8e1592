import type { StatsFs } from 'node:fs';
import { statfs } from 'node:fs/promises';
import path from 'node:path';
import type { Check, Finding, Level, Machine } from './check';

const MIB = 1024 ** 2;
const GIB = 1024 ** 3;
const BROKEN_BELOW = 100 * MIB;
const WARNING_BELOW = GIB;
const WARNING_SHARE = 0.05;
const NOT_THERE: readonly unknown[] = ['ENOENT', 'ENOTDIR'];

/** Whether there is room where Holdfast writes. */
export const disk: Check<Machine> = {
  name: 'disk',
  look: ({ config }) =>
    Promise.all([
      space('disk:home', config.HOLDFAST_HOME, 'HOLDFAST_HOME'),
      space('disk:artifacts', config.artifactsFolder, 'HOLDFAST_ARTIFACTS'),
    ]),
};

async function space(name: string, folder: string, setting: string): Promise<Finding> {
  const { bavail, blocks, bsize } = await statfsAbove(folder);
  const [free, total] = [bavail * bsize, blocks * bsize];
  const level = diskLevel(free, total);
  const message = `${sizeText(free)} of ${sizeText(total)} are free for ${folder}.`;
  return { name, level, message, ...(level !== 'ok' && { todo: `Make room, or set ${setting} to a larger disk.` }) };
}

/** @param free Bytes that may be written. @param total Bytes of the whole file system. */
export function diskLevel(free: number, total: number): Level {
  if (free < BROKEN_BELOW) return 'broken';
  return free < WARNING_BELOW || free < WARNING_SHARE * total ? 'warning' : 'ok';
}

/** A folder that is not there yet will be made on the file system of the one above it. */
async function statfsAbove(folder: string): Promise<StatsFs> {
  try {
    return await statfs(folder);
  } catch (error) {
    const above = path.dirname(folder);
    if (!NOT_THERE.includes((error as NodeJS.ErrnoException).code) || above === folder) throw error;
    return statfsAbove(above);
  }
}

function sizeText(bytes: number): string {
  return bytes < GIB ? `${Math.floor(bytes / MIB)} MiB` : `${(bytes / GIB).toFixed(1)} GiB`;
}
