import { addAndKeep } from '../../artifacts/newest-entry';
import type { EntryStore } from '../../artifacts/store';
import { versionOf } from '../../tasks/worker-identity';

/** The versions of Holdfast that workers had from a time on; ISO. */
export interface WorkerVersions {
  at: string;
  versions: string[];
}

const LIST = 'worker-versions';
const KEPT = 200;

/** Remembers when the versions of the workers changed: that is what a deploy looks like from here. */
export class WorkerVersionLog {
  private known: WorkerVersions[] | undefined;

  constructor(private readonly entries: EntryStore) {}

  /** The changes, the oldest first. */
  async read(): Promise<WorkerVersions[]> {
    this.known ??= await this.load();
    return this.known;
  }

  /** Notes the workers of now. No worker at all is no version: whoever comes back is compared with who was before. */
  async note(identities: readonly string[]): Promise<void> {
    const versions = [...new Set(identities.map(versionOf).filter((version) => version !== undefined))].sort();
    if (versions.length === 0) return;
    const known = await this.read();
    if (JSON.stringify(known.at(-1)?.versions) === JSON.stringify(versions)) return;
    const entry = { at: new Date().toISOString(), versions };
    this.known = [...known, entry].slice(-KEPT);
    const name = entry.at;
    await addAndKeep(this.entries, LIST, { name, value: entry }, KEPT).catch(() => undefined);
  }

  private async load(): Promise<WorkerVersions[]> {
    const names = await this.entries.names(LIST);
    const read = await Promise.all(names.map((name) => this.entries.get(LIST, name)));
    return read.filter((one) => one !== undefined) as WorkerVersions[];
  }
}

/** When a version came that had not been there just before, from a time on. */
export function deploysOf(log: readonly WorkerVersions[], from: number): { at: string; version: string }[] {
  return log.flatMap(({ at, versions }, index) => {
    const before = log[index - 1];
    if (!before || Date.parse(at) < from) return [];
    return versions.filter((version) => !before.versions.includes(version)).map((version) => ({ at, version }));
  });
}
