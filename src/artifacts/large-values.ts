import { HoldfastError } from '../errors';
import type { StoredValue } from '../protocol/task';
import { type ArtifactStore, hashesIn } from './store';

/** JSON values above this many bytes travel by reference: histories stay small. */
const LARGE_VALUE_BYTES = 128 * 1024;

/** The longest JSON value that is read back from the store. */
const LONGEST_VALUE_BYTES = 64 * 1024 * 1024;

/**
 * Replaces a value that is too large for a history by a reference to it. Every file that the value names
 * counts as used from now on.
 */
export async function storeIfLarge(store: ArtifactStore, value: unknown): Promise<unknown> {
  const json = JSON.stringify(value) ?? 'null';
  await Promise.all(hashesIn(json).map((hash) => store.use(hash)));
  if (json.length * 3 <= LARGE_VALUE_BYTES) return value;
  const bytes = Buffer.from(json);
  if (bytes.length <= LARGE_VALUE_BYTES) return value;
  const stored = await store.put(bytes, LONGEST_VALUE_BYTES);
  return { $artifact: { ...stored, mediaType: 'application/json' } } satisfies StoredValue;
}

/** The value itself, whether it travelled by reference or not. */
export async function loadIfStored(store: ArtifactStore, value: unknown): Promise<unknown> {
  if (!isStoredValue(value)) return value;
  const bytes = await store.read(value.$artifact.hash, LONGEST_VALUE_BYTES);
  try {
    return JSON.parse(bytes.toString('utf8')) as unknown;
  } catch (cause) {
    throw new HoldfastError('not-found', `Artifact ${value.$artifact.hash} does not hold JSON.`, {}, { cause });
  }
}

function isStoredValue(value: unknown): value is StoredValue {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 1 && '$artifact' in value;
}
