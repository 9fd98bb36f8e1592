import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { HoldfastError } from '../errors';
import { type KeyRing, type Purpose, SALT_BYTES } from './key-ring';

const ALGORITHM = 'aes-256-gcm';
const VERSION = 1;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const HEAD_BYTES = 1 + SALT_BYTES + NONCE_BYTES;

/** Bytes that it adds. */
const SEAL_BYTES = HEAD_BYTES + TAG_BYTES;

/** Something encrypted, and the ID of its key. */
export interface Sealed {
  keyId: string;
  data: Buffer;
}

/**
 * Encrypts bytes with AES-256-GCM: version, salt, nonce, ciphertext, tag. Version and key ID are authenticated, and so is
 * the place that the bytes belong to.
 */
export async function seal(ring: KeyRing, purpose: Purpose, place: string, bytes: Uint8Array): Promise<Sealed> {
  const { id, salt, key } = await ring.forWriting(purpose);
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(ALGORITHM, key, nonce);
  cipher.setAAD(context(id, place));
  const body = [cipher.update(bytes), cipher.final()];
  return { keyId: id, data: Buffer.concat([Buffer.of(VERSION), salt, nonce, ...body, cipher.getAuthTag()]) };
}

/**
 * @param what Names it in errors.
 * @throws HoldfastError `encryption-key-unknown`; `damaged` when it is not what was encrypted for this place.
 */
export async function unseal(
  ring: KeyRing,
  purpose: Purpose,
  place: string,
  { keyId, data }: { keyId: string; data: Uint8Array },
  what: string,
): Promise<Buffer> {
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  if (bytes.length < SEAL_BYTES || bytes[0] !== VERSION) throw damaged(what);
  const salt = bytes.subarray(1, 1 + SALT_BYTES);
  const key = await ring.forReading(purpose, keyId, salt, what);
  const cipher = createDecipheriv(ALGORITHM, key, bytes.subarray(1 + SALT_BYTES, HEAD_BYTES));
  cipher.setAAD(context(keyId, place));
  cipher.setAuthTag(bytes.subarray(bytes.length - TAG_BYTES));
  try {
    return Buffer.concat([cipher.update(bytes.subarray(HEAD_BYTES, bytes.length - TAG_BYTES)), cipher.final()]);
  } catch (cause) {
    throw damaged(what, cause);
  }
}

export function damaged(what: string, cause?: unknown): HoldfastError {
  return new HoldfastError('damaged', `${what} is damaged: it is not what was encrypted.`, {}, { cause });
}

function context(keyId: string, place: string): Buffer {
  return Buffer.from(JSON.stringify([VERSION, keyId, place]));
}
