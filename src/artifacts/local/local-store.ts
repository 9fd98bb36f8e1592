import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { StoreCipher } from '../../encryption/store-cipher';
import { HoldfastError } from '../../errors';
import { isMarkDue } from '../last-use';
import { logPlace } from '../places';
import { isHash, type KeptArtifactStore } from '../store';
import { storageFault, whileRoom } from './disk-space';
import { LocalEntries } from './local-entries';
import { LocalHousekeeping } from './local-housekeeping';
import { LocalJournals } from './local-journals';
import { LocalRecords } from './local-records';
import { LocalTransfer } from './local-transfer';
import { markUsed, OWN_FILE, publish, temporaryPath, touch } from './whole-file';

/** The artifact store in a local folder. Several processes of one host, or of one shared file system, may use it at once. */
export class LocalArtifactStore implements KeptArtifactStore {
  readonly records: LocalRecords;
  readonly journals: LocalJournals;
  readonly entries: LocalEntries;
  readonly housekeeping: LocalHousekeeping;
  readonly transfer: LocalTransfer;

  /** @param cipher Encrypts what is kept. Defaults to one without keys. */
  constructor(
    readonly folder: string,
    private readonly cipher = new StoreCipher(),
  ) {
    this.entries = new LocalEntries(folder, cipher);
    this.records = new LocalRecords(folder, (hash) => this.pathOf(hash), cipher);
    this.journals = new LocalJournals(folder, cipher);
    this.housekeeping = new LocalHousekeeping(this);
    this.transfer = new LocalTransfer(folder, cipher);
  }

  async put(
    content: Readable | Uint8Array,
    limit = Number.POSITIVE_INFINITY,
  ): Promise<{ hash: string; bytes: number }> {
    return whileRoom(() => this.putFile(content, limit));
  }

  private async putFile(content: Readable | Uint8Array, limit: number): Promise<{ hash: string; bytes: number }> {
    const temporary = await temporaryPath(this.folder);
    try {
      const written = await this.write(
        temporary,
        content instanceof Uint8Array ? Readable.from([content]) : content,
        limit,
      );
      const target = this.pathOf(written.hash);
      await publish(target, () => rename(temporary, target));
      return written;
    } finally {
      await rm(temporary, { force: true });
    }
  }

  async open(hash: string): Promise<{ stream: Readable; bytes: number }> {
    const file = this.pathOf(hash);
    const { size, mtimeMs } = await stat(file).catch((error) => notFound(error, hash));
    if (isMarkDue(mtimeMs)) await markUsed(file);
    return this.cipher.openFile(createReadStream(file), size, hash).catch((error) => notFound(error, hash));
  }

  async read(hash: string, limit = Number.POSITIVE_INFINITY): Promise<Buffer> {
    const { stream, bytes } = await this.open(hash);
    if (bytes <= limit) return Buffer.concat(await stream.toArray());
    stream.destroy();
    throw new HoldfastError('too-large', `Artifact ${hash} has ${bytes} bytes; at most ${limit} fit here.`);
  }

  async has(hash: string): Promise<boolean> {
    return stat(this.pathOf(hash)).then(
      () => true,
      () => false,
    );
  }

  async use(hash: string): Promise<void> {
    const file = this.pathOf(hash);
    const known = await stat(file).catch(() => undefined);
    if (known && isMarkDue(known.mtimeMs)) await markUsed(file);
  }

  async fault(): Promise<string | undefined> {
    return storageFault(this.folder);
  }

  async appendLog(taskId: string, name: string, lines: string): Promise<void> {
    const temporary = await temporaryPath(this.folder);
    try {
      const text = await this.cipher.sealText(logPlace(taskId, name), lines);
      await writeFile(temporary, text, { flag: 'wx', mode: OWN_FILE, flush: true });
      const target = path.join(this.logFolder(taskId), name);
      await publish(target, () => rename(temporary, target));
    } finally {
      await rm(temporary, { force: true });
    }
  }

  async listLog(taskId: string, after = ''): Promise<string[]> {
    const names = await readdir(this.logFolder(taskId)).catch(() => []);
    return names.filter((name) => name > after).sort();
  }

  async readLog(taskId: string, name: string): Promise<string> {
    const own = path.basename(name);
    const text = await readFile(path.join(this.logFolder(taskId), own), 'utf8');
    return this.cipher.openText(logPlace(taskId, own), text);
  }

  async watch(taskId: string): Promise<void> {
    await touch(this.signOf(taskId));
  }

  async watchedAt(taskId: string): Promise<number | undefined> {
    return (await stat(this.signOf(taskId)).catch(() => undefined))?.mtimeMs;
  }

  async putRecord(name: string, value: unknown): Promise<unknown> {
    return whileRoom(() => this.records.put(name, value));
  }

  async getRecord(name: string): Promise<unknown> {
    return this.records.get(name);
  }

  async removeRecord(name: string): Promise<void> {
    return this.records.remove(name);
  }

  async appendJournal(name: string, entry: unknown): Promise<void> {
    return whileRoom(() => this.journals.append(name, entry));
  }

  async readJournal(name: string): Promise<unknown[]> {
    return this.journals.read(name);
  }

  /** Beside the half-written files, which a clean-up removes after a day as well. */
  private signOf(taskId: string): string {
    return path.join(this.folder, 'tmp', `watched-${createHash('sha256').update(taskId).digest('hex').slice(0, 24)}`);
  }

  private async write(file: string, content: Readable, limit: number): Promise<{ hash: string; bytes: number }> {
    const hash = createHash('sha256');
    let bytes = 0;
    const handle: FileHandle = await open(file, 'wx', OWN_FILE);
    try {
      const measured = async function* () {
        for await (const piece of content) {
          const chunk = Buffer.from(piece);
          bytes += chunk.length;
          if (bytes > limit) throw new HoldfastError('too-large', `The file is larger than ${limit} bytes.`);
          hash.update(chunk);
          yield chunk;
        }
      };
      for await (const piece of this.cipher.sealFile(measured())) await handle.writeFile(piece);
      await handle.sync();
    } finally {
      await handle.close();
    }
    return { hash: `sha256:${hash.digest('hex')}`, bytes };
  }

  /** Where the file of a hash lies, or would lie. */
  pathOf(hash: string): string {
    if (!isHash(hash))
      throw new HoldfastError('not-found', `"${hash}" is not an artifact hash: expected sha256: and 64 hex digits.`);
    const hex = hash.slice('sha256:'.length);
    return path.join(this.folder, 'sha256', hex.slice(0, 2), hex);
  }

  /** Where the chunks of a task's log lie, or would lie. */
  logFolder(taskId: string): string {
    // The hash keeps any task ID a single, safe path part; two characters of it keep folders small.
    const name = createHash('sha256').update(taskId).digest('hex').slice(0, 40);
    return path.join(this.folder, 'logs', name.slice(0, 2), name);
  }
}

function notFound(error: NodeJS.ErrnoException, hash: string): never {
  if (error.code === 'ENOENT') throw new HoldfastError('not-found', `The artifact store has no file ${hash}.`);
  throw error;
}
