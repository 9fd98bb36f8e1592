import { createCipheriv, createDecipheriv, type KeyObject } from 'node:crypto';
import { HoldfastError } from '../errors';
import { type KeyRing, SALT_BYTES } from './key-ring';
import { damaged } from './seal';

const ALGORITHM = 'aes-256-gcm';
/** No text begins so. The last but one is the version. */
const MAGIC = Buffer.from([0x89, 0x48, 0x46, 0x45, 0x4e, 0x43, 0x01, 0x0a]);
const TAG_BYTES = 16;
/** Plain bytes of each chunk but the last. */
const CHUNK_BYTES = 64 * 1024;
const SEALED_CHUNK_BYTES = CHUNK_BYTES + TAG_BYTES;
const LONGEST_HEAD = MAGIC.length + 1 + 64 + SALT_BYTES;

type Bytes = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

/**
 * Encrypts a file of any length chunk by chunk. Each file has a key of its own; a chunk's nonce is its number and whether
 * it is the last one, so that a file that was cut, or whose chunks changed their order, is noticed. Layout: magic, length
 * of the key's ID, ID, salt, and chunks of ciphertext and tag.
 */
export async function* sealChunks(ring: KeyRing, content: Bytes): AsyncGenerator<Buffer> {
  const { id, salt, key } = await ring.forOne('file');
  const head = Buffer.concat([MAGIC, Buffer.of(id.length), Buffer.from(id), salt]);
  yield head;
  let number = 0;
  let last: Buffer | undefined;
  for await (const chunk of chunksOf(content, CHUNK_BYTES)) {
    if (last) yield sealChunk(key, head, number++, false, last);
    last = chunk;
  }
  yield sealChunk(key, head, number, true, last ?? Buffer.alloc(0));
}

/** What a stored file turned out to be. */
export interface OpenedFile {
  content: AsyncIterable<Buffer>;
  bytes: number;
}

/**
 * Reads a stored file, encrypted or not.
 * @param stored Bytes that are stored.
 * @param what Names it in errors.
 * @throws HoldfastError `encryption-key-unknown`; `damaged`, also from the content's iterator.
 */
export async function openChunks(
  ring: KeyRing | undefined,
  source: Bytes,
  stored: number,
  what: string,
): Promise<OpenedFile> {
  const reader = new Reader(source);
  try {
    const start = await reader.peek(LONGEST_HEAD);
    if (!start.subarray(0, MAGIC.length).equals(MAGIC)) return { content: reader.rest(), bytes: stored };
    const idEnd = MAGIC.length + 1 + (start[MAGIC.length] ?? 0);
    const headBytes = idEnd + SALT_BYTES;
    const chunks = Math.max(1, Math.ceil((stored - headBytes) / SEALED_CHUNK_BYTES));
    const bytes = stored - headBytes - chunks * TAG_BYTES;
    if (start.length < headBytes || bytes < 0) throw damaged(what);
    const id = start.subarray(MAGIC.length + 1, idEnd).toString('latin1');
    if (!ring) {
      const message = `${what} was encrypted with key ${id}, and this process has no keys: set HOLDFAST_ENCRYPTION_KEYS.`;
      throw new HoldfastError('encryption-key-unknown', message);
    }
    const key = await ring.forReading('file', id, start.subarray(idEnd, headBytes), what);
    return { content: openBody(reader, key, Buffer.from(start.subarray(0, headBytes)), what), bytes };
  } catch (error) {
    await reader.close();
    throw error;
  }
}

async function* openBody(reader: Reader, key: KeyObject, head: Buffer, what: string): AsyncGenerator<Buffer> {
  let number = 0;
  let last: Buffer | undefined;
  for await (const chunk of chunksOf(reader.rest(head.length), SEALED_CHUNK_BYTES)) {
    if (last) yield openChunk(key, head, number++, false, last, what);
    last = chunk;
  }
  yield openChunk(key, head, number, true, last ?? Buffer.alloc(0), what);
}

function sealChunk(key: KeyObject, head: Buffer, number: number, final: boolean, chunk: Buffer): Buffer {
  const cipher = createCipheriv(ALGORITHM, key, nonceOf(number, final));
  cipher.setAAD(head);
  return Buffer.concat([cipher.update(chunk), cipher.final(), cipher.getAuthTag()]);
}

function openChunk(key: KeyObject, head: Buffer, number: number, final: boolean, chunk: Buffer, what: string): Buffer {
  if (chunk.length < TAG_BYTES) throw damaged(what);
  const end = chunk.length - TAG_BYTES;
  const cipher = createDecipheriv(ALGORITHM, key, nonceOf(number, final));
  cipher.setAAD(head);
  cipher.setAuthTag(chunk.subarray(end));
  try {
    return Buffer.concat([cipher.update(chunk.subarray(0, end)), cipher.final()]);
  } catch (cause) {
    throw damaged(what, cause);
  }
}

function nonceOf(number: number, final: boolean): Buffer {
  const nonce = Buffer.alloc(12);
  nonce.writeUInt32BE(number, 7);
  nonce[11] = final ? 1 : 0;
  return nonce;
}

/** The same bytes in pieces of one size, but for the last. */
async function* chunksOf(content: Bytes, size: number): AsyncGenerator<Buffer> {
  let pieces: Buffer[] = [];
  let held = 0;
  for await (const piece of content) {
    let rest = Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength);
    while (held + rest.length >= size) {
      const taken = rest.subarray(0, size - held);
      yield Buffer.concat([...pieces, taken]);
      pieces = [];
      held = 0;
      rest = rest.subarray(taken.length);
    }
    if (rest.length === 0) continue;
    pieces.push(rest);
    held += rest.length;
  }
  if (held > 0) yield Buffer.concat(pieces);
}

/** A source whose beginning can be looked at before the whole is read. */
class Reader {
  private readonly iterator: AsyncIterator<Uint8Array> | Iterator<Uint8Array>;
  private seen = Buffer.alloc(0);
  private ended = false;

  constructor(source: Bytes) {
    this.iterator = Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]();
  }

  async peek(bytes: number): Promise<Buffer> {
    while (this.seen.length < bytes && !this.ended) {
      const { done, value } = await this.iterator.next();
      if (done) this.ended = true;
      else this.seen = Buffer.concat([this.seen, value]);
    }
    return this.seen;
  }

  /** Everything after the first bytes. Whoever stops reading closes the source. */
  async *rest(after = 0): AsyncGenerator<Buffer> {
    try {
      if (this.seen.length > after) yield this.seen.subarray(after);
      while (!this.ended) {
        const { done, value } = await this.iterator.next();
        if (done) this.ended = true;
        else yield Buffer.from(value.buffer, value.byteOffset, value.byteLength);
      }
    } finally {
      await this.close();
    }
  }

  async close(): Promise<void> {
    await this.iterator.return?.();
  }
}
