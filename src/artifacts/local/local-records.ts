import { createHash } from 'node:crypto';
import { readFile, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import type { StoreCipher } from '../../encryption/store-cipher';
import { isMarkDue } from '../last-use';
import { recordPlace, recordPlaceOf } from '../places';
import { checkedRecord, parseRecord } from '../record-format';
import { hashesIn } from '../store';
import { addWhole, markUsed, readIfThere } from './whole-file';

/**
 * Small JSON values under names of their own, in the folder of a store. A file that a record names is never
 * marked as used longer ago than the record, so that it goes away with the record or after it.
 */
export class LocalRecords {
  /** @param pathOfFile Where the store keeps the file of a hash. */
  constructor(
    private readonly folder: string,
    private readonly pathOfFile: (hash: string) => string,
    private readonly cipher: StoreCipher,
  ) {}

  async put(name: string, value: unknown): Promise<unknown> {
    const json = checkedRecord(name, value);
    const sealed = await this.cipher.sealText(recordPlace(name), json);
    await addWhole(this.folder, this.pathOf(name), sealed, () => this.markFiles(json, new Date()));
    const stands = await this.get(name);
    return stands === undefined ? value : stands;
  }

  async get(name: string): Promise<unknown> {
    const file = this.pathOf(name);
    const text = await readIfThere(file);
    if (text === undefined) return undefined;
    const json = await this.cipher.openText(recordPlace(name), text);
    const { value } = parseRecord(json, name);
    const known = await stat(file).catch(() => undefined);
    if (known && isMarkDue(known.mtimeMs)) {
      const now = new Date();
      await this.markFiles(json, now);
      await markUsed(file, now);
    }
    return value;
  }

  async remove(name: string): Promise<void> {
    await rm(this.pathOf(name), { force: true });
  }

  /** Where the record of a name lies, or would lie. */
  pathOf(name: string): string {
    // The hash makes any name a single, safe path part; two characters of it keep folders small.
    const hex = createHash('sha256').update(name).digest('hex');
    return path.join(this.folder, 'records', hex.slice(0, 2), hex);
  }

  /** The name of the record in a file; `undefined` when it has gone, or cannot be read. */
  async nameIn(file: string): Promise<string | undefined> {
    try {
      const text = await readFile(file, 'utf8');
      return parseRecord(await this.cipher.openText(recordPlaceOf(path.basename(file)), text), file).name;
    } catch {
      return undefined;
    }
  }

  private async markFiles(json: string, now: Date): Promise<void> {
    await Promise.all(hashesIn(json).map((hash) => markUsed(this.pathOfFile(hash), now)));
  }
}
