import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, mkdir, open, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { StoreCipher } from '../../encryption/store-cipher';
import { taskOfEffect } from '../../tasks/keys';
import { journalEntries, journalLine } from '../journal-format';
import { OWN_FILE, OWN_FOLDER, syncFolder } from './whole-file';

/**
 * Journals in the folder of a store: one file each, one line an entry, synced line by line. A writer may die at any
 * byte: a line that is not whole was never reported as written, and does not count.
 */
export class LocalJournals {
  constructor(
    private readonly folder: string,
    private readonly cipher: StoreCipher,
  ) {}

  async append(name: string, entry: unknown): Promise<void> {
    const line = await journalLine(this.cipher, name, entry);
    const handle = await this.opened(name);
    try {
      // The break in front ends whatever line a writer that died has left half-written.
      await handle.appendFile(`\n${line}\n`);
      await handle.datasync();
    } finally {
      await handle.close();
    }
  }

  async read(name: string): Promise<unknown[]> {
    const text = await readFile(this.pathOf(name), 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return '';
      throw error;
    });
    return journalEntries(this.cipher, name, text);
  }

  /** Where the journals of a task lie, or would lie. */
  folderOf(taskId: string): string {
    const part = hashed(taskId);
    return path.join(this.folder, 'journals', part.slice(0, 2), part);
  }

  private pathOf(name: string): string {
    return path.join(this.folderOf(taskOfEffect(name)), hashed(name));
  }

  private async opened(name: string): Promise<FileHandle> {
    const file = this.pathOf(name);
    try {
      return await open(file, constants.O_WRONLY | constants.O_APPEND);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
    await mkdir(path.dirname(file), OWN_FOLDER);
    const handle = await open(file, 'a', OWN_FILE);
    await syncFolder(path.dirname(file));
    return handle;
  }
}

/** The hash makes any name a single, safe path part. */
function hashed(name: string): string {
  return createHash('sha256').update(name).digest('hex').slice(0, 40);
}
