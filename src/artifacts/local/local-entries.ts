import { createHash } from 'node:crypto';
import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import type { StoreCipher } from '../../encryption/store-cipher';
import { checkedEntry, checkedEntryName } from '../entry-format';
import { entryPlace } from '../places';
import type { EntryStore } from '../store';
import { whileRoom } from './disk-space';
import { addWhole, readIfThere, unlessAbsent } from './whole-file';

/** Lists of small JSON values, in the folder of a store: one folder a list, one file an entry. */
export class LocalEntries implements EntryStore {
  constructor(
    private readonly folder: string,
    private readonly cipher: StoreCipher,
  ) {}

  async add(list: string, name: string, value: unknown): Promise<boolean> {
    return whileRoom(() => this.addEntry(list, name, value));
  }

  private async addEntry(list: string, name: string, value: unknown): Promise<boolean> {
    const json = checkedEntry(list, name, value);
    const sealed = await this.cipher.sealText(entryPlace(list, name), json);
    return addWhole(this.folder, this.pathOf(list, name), sealed);
  }

  async names(list: string): Promise<string[]> {
    const files = await readdir(this.folderOf(list)).catch(unlessAbsent);
    return (files ?? []).sort();
  }

  async get(list: string, name: string): Promise<unknown> {
    const text = await readIfThere(this.pathOf(list, name));
    if (text === undefined) return undefined;
    return JSON.parse(await this.cipher.openText(entryPlace(list, name), text)) as unknown;
  }

  async remove(list: string, name: string): Promise<void> {
    await rm(this.pathOf(list, name), { force: true });
  }

  private pathOf(list: string, name: string): string {
    return path.join(this.folderOf(list), checkedEntryName(name));
  }

  private folderOf(list: string): string {
    // The hash makes any name a single, safe path part; two characters of it keep folders small.
    const hex = createHash('sha256').update(list).digest('hex').slice(0, 40);
    return path.join(this.folder, 'entries', hex.slice(0, 2), hex);
  }
}
