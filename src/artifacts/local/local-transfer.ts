import { link, open, readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import type { StoreCipher } from '../../encryption/store-cipher';
import { openLines, sealedLine } from '../journal-format';
import { JOURNAL_PART, type Kept, TEXT_PARTS, type Transfer } from '../transfer';
import { OWN_FILE, publish, temporaryPath } from './whole-file';

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
    const text = await readFile(this.at(key), 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
      return undefined;
    });
    if (text === undefined) return undefined;
    if (kind === 'journal') return (await openLines(this.cipher, key, text)).join('\n');
    return this.cipher.openText(key, text);
  }

  async addText(key: string, text: string): Promise<boolean> {
    const temporary = await temporaryPath(this.folder);
    const target = this.at(key);
    let added = true;
    try {
      await write(temporary, 'wx', await this.cipher.sealText(key, text));
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

  async addLines(key: string, lines: readonly string[]): Promise<void> {
    const sealed = await Promise.all(lines.map((line) => sealedLine(this.cipher, key, line)));
    // The break in front ends what a move that was interrupted may have left half-written.
    await publish(this.at(key), () => write(this.at(key), 'a', `\n${sealed.join('\n')}\n`));
  }

  private at(key: string): string {
    return path.join(this.folder, ...key.split('/'));
  }

  private async *files(under: string): AsyncGenerator<string> {
    const found = await readdir(this.at(under), { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
      return [];
    });
    for (const entry of found) {
      const key = `${under}/${entry.name}`;
      if (entry.isDirectory()) yield* this.files(key);
      else if (entry.isFile()) yield key;
    }
  }
}

async function write(file: string, flags: 'wx' | 'a', text: string): Promise<void> {
  const handle = await open(file, flags, OWN_FILE);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
}
