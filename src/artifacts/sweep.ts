import { readdir, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { LocalArtifactStore } from './local-store';
import { USE_PRECISION_MS } from './whole-file';

/** What a store holds that has not been used, or written to, for long. */
export interface Unused {
  /** Hashes of files. */
  files: string[];
  /** Folders of task logs. */
  logs: string[];
  /** Folders of tasks' journals. */
  journals: string[];
  /** Names of records. The files that one names have been idle as long at most. */
  records: string[];
}

/** Finds what has been idle since before the given time, and removes what is not needed; nothing else is touched. */
export class StoreSweep {
  private readonly before: number;

  constructor(
    private readonly store: LocalArtifactStore,
    before: Date,
  ) {
    this.before = before.getTime() - USE_PRECISION_MS;
  }

  /** @param onStep Called now and then; may throw to stop. */
  async findUnused(onStep: () => void = () => {}): Promise<Unused> {
    const unused: Unused = { files: [], logs: [], journals: [], records: [] };
    for await (const { name, file } of this.entries('sha256')) {
      onStep();
      if (await this.isIdle(file)) unused.files.push(`sha256:${name}`);
    }
    for await (const { file } of this.entries('logs')) {
      onStep();
      if (await this.isIdle(file)) unused.logs.push(file);
    }
    for await (const { file } of this.entries('journals')) {
      onStep();
      if (await this.isIdle(file)) unused.journals.push(file);
    }
    // After the files, so that of an idle file every record is found.
    for await (const { file } of this.entries('records')) {
      onStep();
      const name = (await this.isIdle(file)) ? await this.store.records.nameIn(file) : undefined;
      if (name !== undefined) unused.records.push(name);
    }
    return unused;
  }

  /** Removes a file unless it was used meanwhile. */
  async removeFile(hash: string): Promise<boolean> {
    return this.remove(this.store.pathOf(hash));
  }

  /** Removes a log, or the journals of a task, unless another part of it came meanwhile. */
  async removeFolder(folder: string): Promise<boolean> {
    return this.remove(folder);
  }

  /** Removes a record unless it was read meanwhile. */
  async removeRecord(name: string): Promise<boolean> {
    return this.remove(this.store.records.pathOf(name));
  }

  /** A folder's own time is that of its newest chunk: chunks are only ever added. */
  private async isIdle(file: string): Promise<boolean> {
    const known = await stat(file).catch(() => undefined);
    return known !== undefined && known.mtimeMs < this.before;
  }

  private async remove(file: string): Promise<boolean> {
    if (!(await this.isIdle(file))) return false;
    await rm(file, { recursive: true, force: true });
    return true;
  }

  private async *entries(part: string): AsyncGenerator<{ name: string; file: string }> {
    const root = path.join(this.store.folder, part);
    for (const shelf of await namesIn(root)) {
      for (const name of await namesIn(path.join(root, shelf))) yield { name, file: path.join(root, shelf, name) };
    }
  }
}

/** Removes the log and the journals of a task that is gone. */
export async function removeTextsOf(store: LocalArtifactStore, taskId: string): Promise<void> {
  for (const folder of [store.logFolder(taskId), store.journals.folderOf(taskId)]) {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Removes half-written files that were left behind before the given time; returns how many. */
export async function removeTemporaryFiles(store: LocalArtifactStore, before: Date): Promise<number> {
  const folder = path.join(store.folder, 'tmp');
  let removed = 0;
  for (const name of await namesIn(folder)) {
    const file = path.join(folder, name);
    const known = await stat(file).catch(() => undefined);
    if (!known || known.mtimeMs >= before.getTime()) continue;
    await rm(file, { force: true });
    removed++;
  }
  return removed;
}

/** Whether no sweep was noted within the last milliseconds. A folder that this host does not have needs none. */
export async function sweepIsDue({ folder }: LocalArtifactStore, everyMs: number): Promise<boolean> {
  if (!(await stat(folder).catch(() => undefined))) return false;
  const last = await stat(stampOf(folder)).catch(() => undefined);
  return !last || Date.now() - last.mtimeMs >= everyMs;
}

export async function noteSweep({ folder }: LocalArtifactStore): Promise<void> {
  await writeFile(stampOf(folder), new Date().toISOString());
}

function stampOf(folder: string): string {
  return path.join(folder, 'swept');
}

async function namesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch(() => []);
}
