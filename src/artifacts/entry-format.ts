import { HoldfastError } from '../errors';

const LONGEST_ENTRY_BYTES = 2 * 1024 * 1024;
const NAME = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,199}$/;

/** An entry as it is stored. @throws HoldfastError `too-large`. */
export function checkedEntry(list: string, name: string, value: unknown): string {
  const json = JSON.stringify(value ?? null);
  if (Buffer.byteLength(json) <= LONGEST_ENTRY_BYTES) return json;
  throw new HoldfastError('too-large', `The entry ${name} of ${list} has more than ${LONGEST_ENTRY_BYTES} bytes.`);
}

/** @throws TypeError for a name that is not one part of a path. */
export function checkedEntryName(name: string): string {
  if (NAME.test(name)) return name;
  throw new TypeError(`${JSON.stringify(name)} cannot name an entry.`);
}
