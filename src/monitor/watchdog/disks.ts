import { diskSpace } from '../../artifacts/local/disk-space';
import type { Look } from './watchdog';

const MIB = 1024 ** 2;
const LEAST_FREE = 100 * MIB;

/** Whether there is room where Holdfast writes. @param folders By the setting that names each. */
export function lookAtDisks(folders: Record<string, string>): Look['find'] {
  return async () => {
    const looked = Object.entries(folders).map(async ([setting, folder]) => {
      const { free } = await diskSpace(folder);
      if (free >= LEAST_FREE) return [];
      return [
        {
          key: `disk-full:${setting}`,
          severity: 'CRITICAL' as const,
          title: `The disk of ${setting} is full`,
          message: `${Math.floor(free / MIB)} MiB are free for ${folder}. What has to be stored is refused, and tasks fail.`,
          value: Math.floor(free / MIB),
          todo: `Make room, or set ${setting} to a larger disk.`,
        },
      ];
    });
    return (await Promise.all(looked)).flat();
  };
}
