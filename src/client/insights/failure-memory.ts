import { addAndKeep, newestEntry } from '../../artifacts/newest-entry';
import type { EntryStore } from '../../artifacts/store';
import { inParallel } from '../../parallel';

/** `new`: first seen within a day. `back`: it was gone, and came back within a day. */
export type FailureMark = 'new' | 'back';

/** What is remembered of one trouble. Times are ISO. */
interface Remembered {
  /** When it was first seen of all. */
  firstAt: string;
  here: boolean;
  /** Since when it is here, or gone. */
  since: string;
  /** How often it came back. */
  returns: number;
}

interface Marked {
  fingerprint: string;
  firstAt: string;
  firstSeenAt: string;
  mark?: FailureMark;
}

const ALL = 'failure-groups';
const versionsOf = (fingerprint: string) => `failure-group/${fingerprint}`;
const SAFE = /^[A-Za-z0-9_-]{1,100}$/;
const DAY = 86_400_000;
const MOST = 1000;
const READS_AT_ONCE = 25;

/** Remembers which troubles there have been, so that a new one, and one that is back, can be distinguished from the others. */
export class FailureMemory {
  private known: Map<string, { version: number; value: Remembered }> | undefined;

  constructor(private readonly entries: EntryStore) {}

  /** @param partial Whether there may be other groups: then none counts as gone. */
  async mark<T extends Marked>(groups: readonly T[], partial: boolean): Promise<T[]> {
    this.known ??= await this.load();
    const { known } = this;
    const now = new Date().toISOString();
    const here = new Set(groups.map(({ fingerprint }) => fingerprint));
    for (const [fingerprint, { value }] of known) {
      if (value.here && !here.has(fingerprint) && !partial) {
        await this.write(fingerprint, { ...value, here: false, since: now });
      }
    }
    for (const { fingerprint, firstAt } of groups) {
      const value = known.get(fingerprint)?.value;
      if (value?.here || !SAFE.test(fingerprint)) continue;
      if (value) await this.write(fingerprint, { ...value, here: true, since: now, returns: value.returns + 1 });
      else if (known.size < MOST || (await this.forgetOne())) {
        await this.write(fingerprint, { firstAt, here: true, since: firstAt, returns: 0 });
      }
    }
    return groups.map((group) => {
      const value = known.get(group.fingerprint)?.value;
      if (!value) return group;
      const mark = markOf(value);
      return { ...group, firstSeenAt: value.firstAt, ...(mark && { mark }) };
    });
  }

  private async load(): Promise<Map<string, { version: number; value: Remembered }>> {
    const names = await this.entries.names(ALL);
    const read = await inParallel(names.slice(-MOST), READS_AT_ONCE, async (name) => {
      const entry = await newestEntry(this.entries, versionsOf(name));
      return entry && ([name, { version: Number(entry.name), value: entry.value as Remembered }] as const);
    });
    return new Map(read.filter((one) => one !== undefined));
  }

  private async write(fingerprint: string, value: Remembered): Promise<void> {
    const version = (this.known?.get(fingerprint)?.version ?? 0) + 1;
    this.known?.set(fingerprint, { version, value });
    // A store that cannot be written now costs nothing but the memory.
    try {
      if (version === 1) await this.entries.add(ALL, fingerprint, null);
      const name = String(version).padStart(8, '0');
      await addAndKeep(this.entries, versionsOf(fingerprint), { name, value }, 1);
    } catch {
      // It is tried again with the next change.
    }
  }

  /** Makes room by forgetting the one that has been gone for longest. */
  private async forgetOne(): Promise<boolean> {
    const gone = [...(this.known ?? [])].filter(([, { value }]) => !value.here);
    const [oldest] = gone.sort(([, a], [, b]) => a.value.since.localeCompare(b.value.since));
    if (!oldest) return false;
    const [fingerprint] = oldest;
    this.known?.delete(fingerprint);
    await this.entries.remove(ALL, fingerprint);
    for (const name of await this.entries.names(versionsOf(fingerprint))) {
      await this.entries.remove(versionsOf(fingerprint), name);
    }
    return true;
  }
}

function markOf({ since, returns }: Remembered): FailureMark | undefined {
  if (Date.now() - Date.parse(since) > DAY) return undefined;
  return returns === 0 ? 'new' : 'back';
}
