import { createHash, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, mkdir, open, readdir, readFile, rename, rm, stat, utimes } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { HoldfastError } from '../errors';
import { type ArtifactStore, isHash } from './store';

/** How much later than it says a file may have been used last; writing that down each time would cost a write a read. */
export const USE_PRECISION_MS = 3600_000;

/** The artifact store in a local folder. Several processes of one host, or of one shared file system, may use it at once. */
export class LocalArtifactStore implements ArtifactStore {
  constructor(readonly folder: string) {}

  async put(
    content: Readable | Uint8Array,
    limit = Number.POSITIVE_INFINITY,
  ): Promise<{ hash: string; bytes: number }> {
    const temporary = await this.temporaryPath();
    try {
      const written = await this.write(
        temporary,
        content instanceof Uint8Array ? Readable.from([content]) : content,
        limit,
      );
      const target = this.pathOf(written.hash);
      await publish(temporary, target);
      return written;
    } finally {
      await rm(temporary, { force: true });
    }
  }

  async open(hash: string): Promise<{ stream: Readable; bytes: number }> {
    const file = this.pathOf(hash);
    const { size, mtimeMs } = await stat(file).catch((error) => notFound(error, hash));
    await markUsed(file, mtimeMs);
    return { stream: createReadStream(file), bytes: size };
  }

  async read(hash: string, limit = Number.POSITIVE_INFINITY): Promise<Buffer> {
    const file = this.pathOf(hash);
    const { size, mtimeMs } = await stat(file).catch((error) => notFound(error, hash));
    await markUsed(file, mtimeMs);
    if (size > limit)
      throw new HoldfastError('too-large', `Artifact ${hash} has ${size} bytes; at most ${limit} fit here.`);
    return readFile(file);
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
    if (known) await markUsed(file, known.mtimeMs);
  }

  async appendLog(taskId: string, name: string, lines: string): Promise<void> {
    const temporary = await this.temporaryPath();
    try {
      await this.write(temporary, Readable.from([Buffer.from(lines)]), Number.POSITIVE_INFINITY);
      await publish(temporary, path.join(this.logFolder(taskId), name));
    } finally {
      await rm(temporary, { force: true });
    }
  }

  async listLog(taskId: string, after = ''): Promise<string[]> {
    const names = await readdir(this.logFolder(taskId)).catch(() => []);
    return names.filter((name) => name > after).sort();
  }

  async readLog(taskId: string, name: string): Promise<string> {
    return readFile(path.join(this.logFolder(taskId), path.basename(name)), 'utf8');
  }

  private async write(file: string, content: Readable, limit: number): Promise<{ hash: string; bytes: number }> {
    const hash = createHash('sha256');
    let bytes = 0;
    const handle: FileHandle = await open(file, 'wx');
    try {
      for await (const piece of content) {
        const chunk = Buffer.from(piece);
        bytes += chunk.length;
        if (bytes > limit) throw new HoldfastError('too-large', `The file is larger than ${limit} bytes.`);
        hash.update(chunk);
        await handle.writeFile(chunk);
      }
      await handle.sync();
    } finally {
      await handle.close();
    }
    return { hash: `sha256:${hash.digest('hex')}`, bytes };
  }

  private async temporaryPath(): Promise<string> {
    const folder = path.join(this.folder, 'tmp');
    await mkdir(folder, { recursive: true });
    return path.join(folder, randomBytes(12).toString('hex'));
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

/** Gives a finished file its final name. The folder is synced too, or a power cut could undo the rename. */
async function publish(temporary: string, target: string): Promise<void> {
  const folder = path.dirname(target);
  await mkdir(folder, { recursive: true });
  await rename(temporary, target);
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** The time of a file's last change tells its last use. A store that can be read only keeps everything anyway. */
async function markUsed(file: string, mtimeMs: number): Promise<void> {
  if (Date.now() - mtimeMs < USE_PRECISION_MS) return;
  const now = new Date();
  await utimes(file, now, now).catch(() => undefined);
}

function notFound(error: NodeJS.ErrnoException, hash: string): never {
  if (error.code === 'ENOENT') throw new HoldfastError('not-found', `The artifact store has no file ${hash}.`);
  throw error;
}
