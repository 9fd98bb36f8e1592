import type { LocalArtifactStore } from '../../artifacts/local-store';
import { noteSweep, removeTemporaryFiles, StoreSweep, sweepIsDue } from '../../artifacts/sweep';
import type { Gateway } from '../../client/temporal/gateway';
import type { Cleaned } from '../../protocol/monitor';
import { taskOfEffect } from '../../tasks/keys';
import { pulse } from './pulse';
import { readReferences } from './references';

const HOUR_MS = 3600_000;
const DAY_MS = 24 * HOUR_MS;
/** Files live for weeks, and looking for what refers to them is work. */
const SWEEP_EVERY_MS = 6 * HOUR_MS;

interface CleaningResources {
  gateway: Gateway;
  artifacts: LocalArtifactStore;
  /** Days for which unused files stay. */
  keep: { artifacts: number };
  cleanHost(before: Date): Promise<number>;
}

/**
 * Removes files that were not used for the given number of days and that no existing task refers to, logs and
 * effect records of tasks that are gone, and what dead processes left behind on this host. Does nothing most of the time:
 * once in six hours is enough.
 */
export async function cleanUp({ gateway, artifacts: store, keep, cleanHost }: CleaningResources): Promise<Cleaned> {
  const cleaned: Required<Cleaned> = { artifacts: 0, folders: 0, logs: 0, records: 0 };
  const yesterday = new Date(Date.now() - DAY_MS);
  cleaned.folders += await cleanHost(yesterday);
  if (!(await sweepIsDue(store, SWEEP_EVERY_MS))) return cleaned;
  cleaned.folders += await removeTemporaryFiles(store, yesterday);

  const before = new Date(Date.now() - keep.artifacts * DAY_MS);
  const sweep = new StoreSweep(store, before);
  const { files, logs, journals, records } = await sweep.findUnused(pulse);
  if (files.length + logs.length + journals.length + records.length > 0) {
    const { hashes, taskIds } = await readReferences(gateway, store, before);
    // Before the files: those of a needed record are marked as used with it, and are not removed then.
    for (const name of records) {
      pulse();
      if (taskIds.has(taskOfEffect(name))) await store.getRecord(name);
      else if (await sweep.removeRecord(name)) cleaned.records++;
    }
    for (const hash of files) {
      pulse();
      // Used in a sense: looked at again only after as long a time, instead of in every sweep.
      if (hashes.has(hash)) await store.use(hash);
      else if (await sweep.removeFile(hash)) cleaned.artifacts++;
    }
    const needed = new Set([...taskIds].flatMap((id) => [store.logFolder(id), store.journals.folderOf(id)]));
    for (const folder of logs) {
      pulse();
      if (!needed.has(folder) && (await sweep.removeFolder(folder))) cleaned.logs++;
    }
    for (const folder of journals) {
      pulse();
      if (!needed.has(folder) && (await sweep.removeFolder(folder))) cleaned.records++;
    }
  }
  await noteSweep(store);
  return cleaned;
}
