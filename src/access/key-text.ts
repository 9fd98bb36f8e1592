import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

const SECRET_BYTES = 32;
const ID_BYTES = 8;
const FORM = /^hf_([0-9a-f]{16})_([A-Za-z0-9_-]{43})$/;

/** A key as its holder gets it, once. The prefix lets scanners for secrets find one that was leaked. */
export interface NewKey {
  id: string;
  text: string;
  hash: string;
}

export function newKey(): NewKey {
  const id = randomBytes(ID_BYTES).toString('hex');
  const text = `hf_${id}_${randomBytes(SECRET_BYTES).toString('base64url')}`;
  return { id, text, hash: hashOf(text) };
}

/** The ID that a key names; `undefined` for what is no key. */
export function idOf(text: string): string | undefined {
  return FORM.exec(text)?.[1];
}

/** With 256 random bits in a key, a plain hash can be neither guessed nor looked up. */
export function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** Takes the same time wherever they differ. */
export function sameHash(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one, 'hex'), Buffer.from(other, 'hex')];
  return a.length === b.length && timingSafeEqual(a, b);
}
