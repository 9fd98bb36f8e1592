import { createHash, randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { StoreCipher } from '../../encryption/store-cipher';
import { HoldfastError } from '../../errors';
import { isMarkDue } from '../last-use';
import { logPlace } from '../places';
import type { KeptArtifactStore } from '../store';
import type { Bucket } from './bucket';
import { fileKey, logPrefix } from './keys';
import { S3Entries } from './s3-entries';
import { S3Housekeeping } from './s3-housekeeping';
import { S3Journals } from './s3-journals';
import { S3Records } from './s3-records';
import { S3Transfer } from './s3-transfer';
import { S3Watches } from './s3-watches';

/** Seconds for which a presigned address works: callers follow it at once. */
const PRESIGNED_SECONDS = 60;
/** What every process overwrites to see whether anything can be stored, and the longest wait for that. */
const PROBE = 'probe';
const PROBE_MS = 3000;

/**
 * The artifact store in a bucket of an S3-compatible service. Any number of hosts may use it at once: what must not be
 * written twice is written with a condition, which the service decides.
 */
export class S3ArtifactStore implements KeptArtifactStore {
  readonly entries: S3Entries;
  readonly records: S3Records;
  readonly journals: S3Journals;
  readonly housekeeping: S3Housekeeping;
  readonly transfer: S3Transfer;

  private readonly watches: S3Watches;

  /** @param presigns Whether callers may be sent to the service itself for a file. */
  constructor(
    private readonly bucket: Bucket,
    private readonly presigns = false,
    private readonly cipher = new StoreCipher(),
  ) {
    this.watches = new S3Watches(bucket);
    this.entries = new S3Entries(bucket, cipher);
    this.records = new S3Records(bucket, (hash) => this.use(hash), cipher);
    this.journals = new S3Journals(bucket, cipher);
    this.housekeeping = new S3Housekeeping(bucket, this.records);
    this.transfer = new S3Transfer(bucket, cipher);
  }

  /** The name is the hash, which only the last byte decides: the content waits in a local file until then. */
  async put(
    content: Readable | Uint8Array,
    limit = Number.POSITIVE_INFINITY,
  ): Promise<{ hash: string; bytes: number }> {
    const folder = await mkdtemp(path.join(tmpdir(), 'holdfast-upload-'));
    try {
      const file = path.join(folder, randomBytes(8).toString('hex'));
      const measured = measure(limit);
      await pipeline(
        content instanceof Uint8Array ? Readable.from([content]) : content,
        measured.through,
        (plain: AsyncIterable<Uint8Array>) => this.cipher.sealFile(plain),
        createWriteStream(file, { mode: 0o600 }),
      );
      const { hash, bytes } = measured.result();
      const key = fileKey(hash);
      const known = await this.bucket.head(key);
      if (!known) await this.bucket.putFile(key, file);
      else if (isMarkDue(known.changedAt.getTime())) await this.bucket.touch(key);
      return { hash, bytes };
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  async open(hash: string): Promise<{ stream: Readable; bytes: number }> {
    const found = await this.bucket.open(fileKey(hash));
    if (!found) throw absent(hash);
    if (isMarkDue(found.changedAt.getTime())) await this.bucket.touch(fileKey(hash));
    return this.cipher.openFile(found.stream, found.bytes, hash);
  }

  async read(hash: string, limit = Number.POSITIVE_INFINITY): Promise<Buffer> {
    const { stream, bytes } = await this.open(hash);
    if (bytes > limit) {
      stream.destroy();
      throw new HoldfastError('too-large', `Artifact ${hash} has ${bytes} bytes; at most ${limit} fit here.`);
    }
    return Buffer.concat(await stream.toArray());
  }

  async has(hash: string): Promise<boolean> {
    return (await this.bucket.head(fileKey(hash))) !== undefined;
  }

  async use(hash: string): Promise<void> {
    const known = await this.bucket.head(fileKey(hash));
    if (known && isMarkDue(known.changedAt.getTime())) await this.bucket.touch(fileKey(hash));
  }

  async appendLog(taskId: string, name: string, lines: string): Promise<void> {
    await this.bucket.putFirst(
      `${logPrefix(taskId)}${name}`,
      await this.cipher.sealText(logPlace(taskId, name), lines),
    );
  }

  async listLog(taskId: string, after = ''): Promise<string[]> {
    const prefix = logPrefix(taskId);
    const names: string[] = [];
    for await (const { key } of this.bucket.list(prefix, after && `${prefix}${after}`))
      names.push(key.slice(prefix.length));
    return names;
  }

  async readLog(taskId: string, name: string): Promise<string> {
    const own = path.basename(name);
    const found = await this.bucket.get(`${logPrefix(taskId)}${own}`);
    if (!found) throw new HoldfastError('not-found', `The log of ${taskId} has no chunk ${name}.`);
    return this.cipher.openText(logPlace(taskId, own), found.text);
  }

  watch(taskId: string): Promise<void> {
    return this.watches.add(taskId);
  }

  watchedAt(taskId: string): Promise<number | undefined> {
    return this.watches.lastOf(taskId);
  }

  async presigned(hash: string, disposition: string, mediaType: string): Promise<string | undefined> {
    // The service would give out what it has, which is encrypted.
    if (!this.presigns || this.cipher.encrypts) return undefined;
    if (!(await this.has(hash))) throw absent(hash);
    await this.use(hash);
    return this.bucket.presigned(fileKey(hash), disposition, mediaType, PRESIGNED_SECONDS);
  }

  async fault(): Promise<undefined> {
    await this.bucket.put(PROBE, new Date().toISOString(), PROBE_MS);
    return undefined;
  }

  putRecord(name: string, value: unknown): Promise<unknown> {
    return this.records.put(name, value);
  }

  getRecord(name: string): Promise<unknown> {
    return this.records.get(name);
  }

  removeRecord(name: string): Promise<void> {
    return this.records.remove(name);
  }

  appendJournal(name: string, entry: unknown): Promise<void> {
    return this.journals.append(name, entry);
  }

  readJournal(name: string): Promise<unknown[]> {
    return this.journals.read(name);
  }
}

/** Counts and hashes what flows through, and breaks off above the limit. */
function measure(limit: number): { through: Transform; result(): { hash: string; bytes: number } } {
  const hash = createHash('sha256');
  let bytes = 0;
  const through = new Transform({
    transform(chunk: Uint8Array, _encoding, done) {
      bytes += chunk.length;
      if (bytes > limit) {
        done(new HoldfastError('too-large', `The file is larger than ${limit} bytes.`));
        return;
      }
      hash.update(chunk);
      done(null, chunk);
    },
  });
  return { through, result: () => ({ hash: `sha256:${hash.digest('hex')}`, bytes }) };
}

function absent(hash: string): HoldfastError {
  return new HoldfastError('not-found', `The artifact store has no file ${hash}.`);
}
