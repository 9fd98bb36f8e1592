import { HoldfastError } from '../errors';

/** A value that `storeIfLarge` has seen to fits. */
const LONGEST_RECORD_BYTES = 256 * 1024;

/** A record as it is stored. @throws HoldfastError `too-large`. */
export function checkedRecord(name: string, value: unknown): string {
  const json = JSON.stringify({ name, value: value ?? null });
  const bytes = Buffer.byteLength(json);
  if (bytes <= LONGEST_RECORD_BYTES) return json;
  throw new HoldfastError(
    'too-large',
    `The record ${name} has ${bytes} bytes, more than the ${LONGEST_RECORD_BYTES} allowed. Store the value as a file and record its hash.`,
  );
}

/** @throws Error when it is damaged: that must not pass for none. */
export function parseRecord(json: string, name: string): { name: string; value: unknown } {
  try {
    return JSON.parse(json) as { name: string; value: unknown };
  } catch (cause) {
    throw new Error(`The record ${name} in the artifact store is damaged.`, { cause });
  }
}
