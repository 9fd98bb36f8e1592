import type { LocalArtifactStore } from '../../artifacts/local-store';
import { noteSweep, removeTemporaryFiles, StoreSweep, sweepIsDue } from '../../artifacts/sweep';
import type { Gateway } from '../../client/gateway';
import type { Cleaned } from '../../tasks/monitor-words';
import { removeLeftFolders } from '../command/attempt-folder';
import { pulse } from './pulse';
import { readReferences } from './references';

const HOUR_MS = 3600_000;
const DAY_MS = 24 * HOUR_MS;
/** Files live for weeks, and looking for what refers to them is work. */
const SWEEP_EVERY_MS = 6 * HOUR_MS;

/**
 * Removes files that were not used for the given number of days and that no existing task refers to, logs
 * of tasks that are gone, and what dead processes left behind on this host. Does nothing most of the time:
 * once in six hours is enough.
 */
export async function cleanUp(gateway: Gateway, store: LocalArtifactStore, artifactDays: number): Promise<Cleaned> {
  const cleaned: Cleaned = { artifacts: 0, folders: 0, logs: 0 };
  const yesterday = new Date(Date.now() - DAY_MS);
  cleaned.folders += await removeLeftFolders(yesterday);
  if (!(await sweepIsDue(store, SWEEP_EVERY_MS))) return cleaned;
  cleaned.folders += await removeTemporaryFiles(store, yesterday);

  const before = new Date(Date.now() - artifactDays * DAY_MS);
  const sweep = new StoreSweep(store, before);
  const { files, logs } = await sweep.findUnused(pulse);
  if (files.length + logs.length > 0) {
    const { hashes, taskIds } = await readReferences(gateway, store, before);
    for (const hash of files) {
      pulse();
      // Used in a sense: looked at again only after as long a time, instead of in every sweep.
      if (hashes.has(hash)) await store.use(hash);
      else if (await sweep.removeFile(hash)) cleaned.artifacts++;
    }
    const needed = new Set([...taskIds].map((taskId) => store.logFolder(taskId)));
    for (const folder of logs) {
      pulse();
      if (!needed.has(folder) && (await sweep.removeLog(folder))) cleaned.logs++;
    }
  }
  await noteSweep(store);
  return cleaned;
}
