import { type EncryptionKey, KEY_BYTES } from './key-source';

const KEY = /^([A-Za-z0-9._-]{1,64}):([A-Za-z0-9+/_-]+={0,2})$/;

/**
 * Reads a list of keys: `id:base64` each, separated by commas or line breaks; `#` begins a comment.
 * @throws Error that says which one is wrong, and how; never with a key in it.
 */
export function parseKeys(text: string): [EncryptionKey, ...EncryptionKey[]] {
  const keys = text
    .split(/[,\n]/)
    .map((part) => part.replace(/#.*$/, '').trim())
    .filter(Boolean)
    .map(parseKey);
  const [first, ...rest] = keys;
  if (!first) throw new Error('names no key');
  const twice = keys.find(({ id }, index) => keys.findIndex((other) => other.id === id) !== index);
  if (twice) throw new Error(`has the key ${twice.id} twice`);
  return [first, ...rest];
}

function parseKey(text: string, index: number): EncryptionKey {
  const [, id, base64] = KEY.exec(text) ?? [];
  if (id === undefined || base64 === undefined) {
    throw new Error(
      `has a key that cannot be read (number ${index + 1}): expected an ID, a colon and 32 bytes in base64`,
    );
  }
  const secret = Buffer.from(base64, 'base64');
  if (secret.length !== KEY_BYTES) {
    throw new Error(
      `has a key of ${secret.length} bytes (${id}): expected ${KEY_BYTES}, as openssl rand -base64 32 makes`,
    );
  }
  return { id, secret };
}
