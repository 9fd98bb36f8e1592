import { checkedEntry, checkedEntryName } from '../entry-format';
import type { EntryStore } from '../store';
import type { Bucket } from './bucket';
import { entriesPrefix } from './keys';

/** Lists of small JSON values: one object an entry, whose first writer the service decides. */
export class S3Entries implements EntryStore {
  constructor(private readonly bucket: Bucket) {}

  add(list: string, name: string, value: unknown): Promise<boolean> {
    return this.bucket.putFirst(keyOf(list, name), checkedEntry(list, name, value));
  }

  async names(list: string): Promise<string[]> {
    const prefix = entriesPrefix(list);
    const names: string[] = [];
    for await (const { key } of this.bucket.list(prefix)) names.push(key.slice(prefix.length));
    return names.sort();
  }

  async get(list: string, name: string): Promise<unknown> {
    const found = await this.bucket.get(keyOf(list, name));
    return found && (JSON.parse(found.text) as unknown);
  }

  async remove(list: string, name: string): Promise<void> {
    await this.bucket.remove(keyOf(list, name));
  }
}

function keyOf(list: string, name: string): string {
  return `${entriesPrefix(list)}${checkedEntryName(name)}`;
}
