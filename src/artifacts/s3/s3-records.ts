import type { StoreCipher } from '../../encryption/store-cipher';
import { isMarkDue } from '../last-use';
import { recordPlace, recordPlaceOf } from '../places';
import { checkedRecord, parseRecord } from '../record-format';
import { hashesIn } from '../store';
import type { Bucket } from './bucket';
import { recordKey } from './keys';

/** Small JSON values under names of their own. The service decides which of several writers was first. */
export class S3Records {
  /** @param use Marks a file as used: one that a record names must not go before the record. */
  constructor(
    private readonly bucket: Bucket,
    private readonly use: (hash: string) => Promise<void>,
    private readonly cipher: StoreCipher,
  ) {}

  async put(name: string, value: unknown): Promise<unknown> {
    const json = checkedRecord(name, value);
    await this.markFiles(json);
    if (await this.bucket.putFirst(recordKey(name), await this.cipher.sealText(recordPlace(name), json))) return value;
    const stands = await this.get(name);
    return stands === undefined ? value : stands;
  }

  async get(name: string): Promise<unknown> {
    const key = recordKey(name);
    const found = await this.bucket.get(key);
    if (!found) return undefined;
    const json = await this.cipher.openText(recordPlace(name), found.text);
    const { value } = parseRecord(json, name);
    const known = await this.bucket.head(key);
    if (known && isMarkDue(known.changedAt.getTime())) {
      await this.markFiles(json);
      await this.bucket.touch(key);
    }
    return value;
  }

  async remove(name: string): Promise<void> {
    await this.bucket.remove(recordKey(name));
  }

  /** The name of the record under a key; `undefined` when it has gone, or cannot be read. */
  async nameUnder(key: string): Promise<string | undefined> {
    try {
      const found = await this.bucket.get(key);
      const place = recordPlaceOf(key.slice(key.lastIndexOf('/') + 1));
      return found && parseRecord(await this.cipher.openText(place, found.text), key).name;
    } catch {
      return undefined;
    }
  }

  private async markFiles(json: string): Promise<void> {
    await Promise.all(hashesIn(json).map((hash) => this.use(hash)));
  }
}
