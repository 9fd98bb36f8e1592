import { readdir, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Housekeeping, Unused } from '../housekeeping';
import { USE_PRECISION_MS } from '../last-use';
import type { LocalJournals } from './local-journals';
import type { LocalRecords } from './local-records';

/** What it knows of the store that it looks after. */
interface Places {
  readonly folder: string;
  readonly records: LocalRecords;
  readonly journals: LocalJournals;
  pathOf(hash: string): string;
  logFolder(taskId: string): string;
}

/** The upkeep of a local folder: a file's time of change is that of its last use. */
export class LocalHousekeeping implements Housekeeping {
  constructor(private readonly store: Places) {}

  async isDue(everyMs: number): Promise<boolean> {
    if (!(await stat(this.store.folder).catch(() => undefined))) return false;
    const last = await stat(this.stamp).catch(() => undefined);
    return !last || Date.now() - last.mtimeMs >= everyMs;
  }

  async note(): Promise<void> {
    await writeFile(this.stamp, new Date().toISOString());
  }

  async findUnused(before: Date, onStep: () => void = () => {}): Promise<Unused> {
    const unused: Unused = { files: [], logs: [], journals: [], records: [] };
    const idle = async function* (this: LocalHousekeeping, part: string) {
      for await (const entry of this.entries(part)) {
        onStep();
        if (await isIdle(entry.file, before)) yield entry;
      }
    }.bind(this);
    for await (const { name } of idle('sha256')) unused.files.push(`sha256:${name}`);
    for await (const { file } of idle('logs')) unused.logs.push(file);
    for await (const { file } of idle('journals')) unused.journals.push(file);
    // After the files, so that of an idle file every record is found.
    for await (const { file } of idle('records')) {
      const name = await this.store.records.nameIn(file);
      if (name !== undefined) unused.records.push(name);
    }
    return unused;
  }

  removeFile(hash: string, before: Date): Promise<boolean> {
    return removeIdle(this.store.pathOf(hash), before);
  }

  removeRecord(name: string, before: Date): Promise<boolean> {
    return removeIdle(this.store.records.pathOf(name), before);
  }

  removePlace(place: string, before: Date): Promise<boolean> {
    return removeIdle(place, before);
  }

  placesOf(taskId: string): string[] {
    return [this.store.logFolder(taskId), this.store.journals.folderOf(taskId)];
  }

  async removeTextsOf(taskId: string): Promise<void> {
    for (const folder of this.placesOf(taskId)) await rm(folder, { recursive: true, force: true });
  }

  async removeTemporary(before: Date): Promise<number> {
    const folder = path.join(this.store.folder, 'tmp');
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

  private get stamp(): string {
    return path.join(this.store.folder, 'swept');
  }

  private async *entries(part: string): AsyncGenerator<{ name: string; file: string }> {
    const root = path.join(this.store.folder, part);
    for (const shelf of await namesIn(root)) {
      for (const name of await namesIn(path.join(root, shelf))) yield { name, file: path.join(root, shelf, name) };
    }
  }
}

/** A folder's own time is that of its newest chunk: chunks are only ever added. */
async function isIdle(file: string, before: Date): Promise<boolean> {
  const known = await stat(file).catch(() => undefined);
  return known !== undefined && known.mtimeMs < before.getTime() - USE_PRECISION_MS;
}

async function removeIdle(file: string, before: Date): Promise<boolean> {
  if (!(await isIdle(file, before))) return false;
  await rm(file, { recursive: true, force: true });
  return true;
}

async function namesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch(() => []);
}
