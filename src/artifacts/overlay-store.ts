import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { LocalArtifactStore } from './local/local-store';
import type { ArtifactStore, EntryStore } from './store';

/** Shows a store as it is, and takes all that is written into a folder of its own, which is thrown away. */
export class OverlayStore implements ArtifactStore {
  readonly entries: EntryStore;
  private readonly removed = new Set<string>();

  private constructor(
    private readonly below: ArtifactStore,
    private readonly own: LocalArtifactStore,
  ) {
    this.entries = new OverlayEntries(below.entries, own.entries);
  }

  static async over(below: ArtifactStore): Promise<OverlayStore> {
    const folder = await mkdtemp(path.join(tmpdir(), 'holdfast-overlay-'));
    return new OverlayStore(below, new LocalArtifactStore(folder));
  }

  async discard(): Promise<void> {
    await rm(this.own.folder, { recursive: true, force: true });
  }

  put(content: Readable | Uint8Array, limit?: number): Promise<{ hash: string; bytes: number }> {
    return this.own.put(content, limit);
  }

  async open(hash: string): Promise<{ stream: Readable; bytes: number }> {
    return (await this.holderOf(hash)).open(hash);
  }

  async read(hash: string, limit?: number): Promise<Buffer> {
    return (await this.holderOf(hash)).read(hash, limit);
  }

  async has(hash: string): Promise<boolean> {
    return (await this.holderOf(hash)).has(hash);
  }

  fault(): Promise<string | undefined> {
    return this.own.fault();
  }

  /** What is only looked at through here does not count as used. */
  async use(): Promise<void> {}

  appendLog(taskId: string, name: string, lines: string): Promise<void> {
    return this.own.appendLog(taskId, name, lines);
  }

  listLog(taskId: string, after?: string): Promise<string[]> {
    return this.own.listLog(taskId, after);
  }

  readLog(taskId: string, name: string): Promise<string> {
    return this.own.readLog(taskId, name);
  }

  /** What happens behind the overlay disturbs nobody. */
  async watch(): Promise<void> {}

  watchedAt(taskId: string): Promise<number | undefined> {
    return this.below.watchedAt(taskId);
  }

  async putRecord(name: string, value: unknown): Promise<unknown> {
    const stands = await this.getRecord(name);
    return stands === undefined ? this.own.putRecord(name, value) : stands;
  }

  async getRecord(name: string): Promise<unknown> {
    const written = await this.own.getRecord(name);
    return written === undefined && !this.removed.has(name) ? this.below.getRecord(name) : written;
  }

  async removeRecord(name: string): Promise<void> {
    this.removed.add(name);
    await this.own.removeRecord(name);
  }

  appendJournal(name: string, entry: unknown): Promise<void> {
    return this.own.appendJournal(name, entry);
  }

  async readJournal(name: string): Promise<unknown[]> {
    return [...(await this.below.readJournal(name)), ...(await this.own.readJournal(name))];
  }

  private async holderOf(hash: string): Promise<ArtifactStore> {
    return (await this.own.has(hash)) ? this.own : this.below;
  }
}

class OverlayEntries implements EntryStore {
  private readonly removed = new Set<string>();

  constructor(
    private readonly below: EntryStore,
    private readonly own: EntryStore,
  ) {}

  async add(list: string, name: string, value: unknown): Promise<boolean> {
    return (await this.get(list, name)) === undefined && this.own.add(list, name, value);
  }

  async names(list: string): Promise<string[]> {
    const below = (await this.below.names(list)).filter((name) => !this.removed.has(`${list}\0${name}`));
    return [...new Set([...below, ...(await this.own.names(list))])].sort();
  }

  async get(list: string, name: string): Promise<unknown> {
    const own = await this.own.get(list, name);
    return own === undefined && !this.removed.has(`${list}\0${name}`) ? this.below.get(list, name) : own;
  }

  async remove(list: string, name: string): Promise<void> {
    this.removed.add(`${list}\0${name}`);
    await this.own.remove(list, name);
  }
}
