import type { StoreCipher } from '../../encryption/store-cipher';
import { checkedEntry, checkedEntryName } from '../entry-format';
import { entryPlace } from '../places';
import type { EntryStore } from '../store';
import type { Bucket } from './bucket';
import { entriesPrefix } from './keys';

/** Lists of small JSON values: one object an entry, whose first writer the service decides. */
export class S3Entries implements EntryStore {
  constructor(
    private readonly bucket: Bucket,
    private readonly cipher: StoreCipher,
  ) {}

  async add(list: string, name: string, value: unknown): Promise<boolean> {
    const json = checkedEntry(list, name, value);
    return this.bucket.putFirst(keyOf(list, name), await this.cipher.sealText(entryPlace(list, name), json));
  }

  async names(list: string): Promise<string[]> {
    const prefix = entriesPrefix(list);
    const names: string[] = [];
    for await (const { key } of this.bucket.list(prefix)) names.push(key.slice(prefix.length));
    return names.sort();
  }

  async get(list: string, name: string): Promise<unknown> {
    const found = await this.bucket.get(keyOf(list, name));
    return found && (JSON.parse(await this.cipher.openText(entryPlace(list, name), found.text)) as unknown);
  }

  async remove(list: string, name: string): Promise<void> {
    await this.bucket.remove(keyOf(list, name));
  }
}

function keyOf(list: string, name: string): string {
  return `${entriesPrefix(list)}${checkedEntryName(name)}`;
}
