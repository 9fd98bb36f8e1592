import { createHash } from 'node:crypto';
import { link, open, readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import type { StoreCipher } from '../../encryption/store-cipher';
import { checkedEntry, checkedEntryName } from '../entry-format';
import { entryPlace } from '../places';
import type { EntryStore } from '../store';
import { whileRoom } from './disk-space';
import { OWN_FILE, publish, temporaryPath } from './whole-file';

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
    const temporary = await temporaryPath(this.folder);
    const target = this.pathOf(list, name);
    let added = true;
    try {
      await writeSynced(temporary, await this.cipher.sealText(entryPlace(list, name), json));
      // A link, since a rename would put this entry in the place of the one that others have read.
      await publish(target, () =>
        link(temporary, target).catch((error: NodeJS.ErrnoException) => {
          if (error.code !== 'EEXIST') throw error;
          added = false;
        }),
      );
    } finally {
      await rm(temporary, { force: true });
    }
    return added;
  }

  async names(list: string): Promise<string[]> {
    const files = await readdir(this.folderOf(list)).catch(unlessAbsent);
    return (files ?? []).sort();
  }

  async get(list: string, name: string): Promise<unknown> {
    const text = await readFile(this.pathOf(list, name), 'utf8').catch(unlessAbsent);
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

/** Some entries are nobody else's business: only the user of the processes reads them. */
async function writeSynced(file: string, text: string): Promise<void> {
  const handle = await open(file, 'wx', OWN_FILE);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function unlessAbsent(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
  return undefined;
}
