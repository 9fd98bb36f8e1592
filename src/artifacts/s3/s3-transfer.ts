import type { StoreCipher } from '../../encryption/store-cipher';
import { openLines, sealedLine } from '../journal-format';
import { JOURNAL_PART, type Kept, TEXT_PARTS, type Transfer } from '../transfer';
import type { Bucket } from './bucket';
import { SEGMENT_LINES, segmentKey } from './s3-journals';

/** A bucket's store from below. A journal is the objects under its prefix, which is its key in a folder. */
export class S3Transfer implements Transfer {
  constructor(
    private readonly bucket: Bucket,
    private readonly cipher: StoreCipher,
  ) {}

  async *all(): AsyncGenerator<Kept> {
    for await (const { key } of this.bucket.list('sha256/')) {
      yield { kind: 'file', key: `sha256:${key.slice(key.lastIndexOf('/') + 1)}` };
    }
    for (const part of TEXT_PARTS) {
      for await (const { key } of this.bucket.list(`${part}/`)) yield { kind: 'text', key };
    }
    let last: string | undefined;
    for await (const { key: segment } of this.bucket.list(`${JOURNAL_PART}/`)) {
      const key = segment.slice(0, segment.lastIndexOf('/'));
      if (key !== last) yield { kind: 'journal', key };
      last = key;
    }
  }

  async readText({ kind, key }: Kept): Promise<string | undefined> {
    if (kind === 'text') {
      const found = await this.bucket.get(key);
      return found && this.cipher.openText(key, found.text);
    }
    const lines: string[] = [];
    for await (const { key: segment } of this.bucket.list(`${key}/`)) {
      lines.push(...(await openLines(this.cipher, key, (await this.bucket.get(segment))?.text ?? '')));
    }
    return lines.length > 0 ? lines.join('\n') : undefined;
  }

  async addText(key: string, text: string): Promise<boolean> {
    return this.bucket.putFirst(key, await this.cipher.sealText(key, text));
  }

  async addLines(key: string, lines: readonly string[]): Promise<void> {
    const prefix = `${key}/`;
    let number = 0;
    for await (const { key: segment } of this.bucket.list(prefix)) number = Number(segment.slice(-8)) + 1;
    for (let from = 0; from < lines.length; from += SEGMENT_LINES, number++) {
      const part = lines.slice(from, from + SEGMENT_LINES);
      const sealed = await Promise.all(part.map((line) => sealedLine(this.cipher, key, line)));
      const text = `${sealed.join('\n')}\n`;
      if (await this.bucket.putFirst(segmentKey(prefix, number), text)) continue;
      throw new Error(`The journal ${key} of ${this.bucket.url} is written by somebody else at the same time.`);
    }
  }
}
