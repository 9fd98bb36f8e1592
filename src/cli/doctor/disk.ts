import { diskSpace } from '../../artifacts/local/disk-space';
import type { Check, Finding, Level, Machine } from './check';

const MIB = 1024 ** 2;
const GIB = 1024 ** 3;
const BROKEN_BELOW = 100 * MIB;
const WARNING_BELOW = GIB;
const WARNING_SHARE = 0.05;

/** Whether there is room where Holdfast writes. */
export const disk: Check<Machine> = {
  name: 'disk',
  look: ({ config: { HOLDFAST_HOME: home, artifacts } }) =>
    Promise.all([
      space('disk:home', home, 'HOLDFAST_HOME'),
      ...(artifacts.kind === 'folder' ? [space('disk:artifacts', artifacts.folder, 'HOLDFAST_ARTIFACTS')] : []),
    ]),
};

async function space(name: string, folder: string, setting: string): Promise<Finding> {
  const { free, total } = await diskSpace(folder);
  const level = diskLevel(free, total);
  const message = `${sizeText(free)} of ${sizeText(total)} are free for ${folder}.`;
  return { name, level, message, ...(level !== 'ok' && { todo: `Make room, or set ${setting} to a larger disk.` }) };
}

/** @param free Bytes that may be written. @param total Bytes of the whole file system. */
export function diskLevel(free: number, total: number): Level {
  if (free < BROKEN_BELOW) return 'broken';
  return free < WARNING_BELOW || free < WARNING_SHARE * total ? 'warning' : 'ok';
}

function sizeText(bytes: number): string {
  return bytes < GIB ? `${Math.floor(bytes / MIB)} MiB` : `${(bytes / GIB).toFixed(1)} GiB`;
}
