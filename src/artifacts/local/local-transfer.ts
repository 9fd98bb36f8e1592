import { readdir } from 'node:fs/promises';
import path from 'node:path';
import type { StoreCipher } from '../../encryption/store-cipher';
import { openLines, sealedLine } from '../journal-format';
import { JOURNAL_PART, type Kept, TEXT_PARTS, type Transfer } from '../transfer';
import { addWhole, publish, readIfThere, unlessAbsent, writeSynced } from './whole-file';

/** A folder's store from below: keys are paths within it. */
export class LocalTransfer implements Transfer {
  constructor(
    private readonly folder: string,
    private readonly cipher: StoreCipher,
  ) {}

  async *all(): AsyncGenerator<Kept> {
    for await (const key of this.files('sha256')) yield { kind: 'file', key: `sha256:${path.posix.basename(key)}` };
    for (const part of TEXT_PARTS) {
      for await (const key of this.files(part)) yield { kind: 'text', key };
    }
    for await (const key of this.files(JOURNAL_PART)) yield { kind: 'journal', key };
  }

  async readText({ kind, key }: Kept): Promise<string | undefined> {
    const text = await readIfThere(this.at(key));
    if (text === undefined) return undefined;
    if (kind === 'journal') return (await openLines(this.cipher, key, text)).join('\n');
    return this.cipher.openText(key, text);
  }

  async addText(key: string, text: string): Promise<boolean> {
    return addWhole(this.folder, this.at(key), await this.cipher.sealText(key, text));
  }

  async addLines(key: string, lines: readonly string[]): Promise<void> {
    const sealed = await Promise.all(lines.map((line) => sealedLine(this.cipher, key, line)));
    // The break in front ends what a move that was interrupted may have left half-written.
    await publish(this.at(key), () => writeSynced(this.at(key), 'a', `\n${sealed.join('\n')}\n`));
  }

  private at(key: string): string {
    return path.join(this.folder, ...key.split('/'));
  }

  private async *files(under: string): AsyncGenerator<string> {
    const found = await readdir(this.at(under), { withFileTypes: true }).catch(unlessAbsent);
    for (const entry of found ?? []) {
      const key = `${under}/${entry.name}`;
      if (entry.isDirectory()) yield* this.files(key);
      else if (entry.isFile()) yield key;
    }
  }
}
