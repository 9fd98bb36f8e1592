import type { StoreCipher } from '../encryption/store-cipher';
import { HoldfastError } from '../errors';
import { journalPlace } from './places';
import { wholeLines } from './transfer';

const LONGEST_ENTRY_BYTES = 256 * 1024;

/** One entry as a line of a journal, without the break. @throws HoldfastError `too-large`. */
export async function journalLine(cipher: StoreCipher, name: string, entry: unknown): Promise<string> {
  const json = JSON.stringify({ entry: entry ?? null });
  const bytes = Buffer.byteLength(json);
  if (bytes <= LONGEST_ENTRY_BYTES) return sealedLine(cipher, journalPlace(name), json);
  throw new HoldfastError(
    'too-large',
    `An entry of the journal ${name} has ${bytes} bytes, more than the ${LONGEST_ENTRY_BYTES} allowed. Store the value as a file and write down its hash.`,
  );
}

/** The entries of a journal's text. @throws HoldfastError `encryption-key-unknown`, `damaged`. */
export async function journalEntries(cipher: StoreCipher, name: string, text: string): Promise<unknown[]> {
  const lines = await openLines(cipher, journalPlace(name), text);
  return lines.map((line) => (JSON.parse(line) as { entry: unknown }).entry);
}

/** A line that is not whole must not pass for JSON, encrypted or not. */
export async function sealedLine(cipher: StoreCipher, place: string, line: string): Promise<string> {
  return cipher.encrypts ? JSON.stringify({ sealed: await cipher.sealText(place, line) }) : line;
}

/**
 * The lines of a journal in plain text. One that its writer did not finish was never reported as written: it is skipped.
 * @throws HoldfastError `encryption-key-unknown`, `damaged`.
 */
export async function openLines(cipher: StoreCipher, place: string, text: string): Promise<string[]> {
  const lines: string[] = [];
  for (const line of wholeLines(text)) {
    const { sealed } = JSON.parse(line) as { sealed?: string };
    lines.push(sealed === undefined ? line : await cipher.openText(place, sealed));
  }
  return lines;
}
