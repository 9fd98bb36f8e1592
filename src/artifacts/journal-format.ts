import type { StoreCipher } from '../encryption/store-cipher';
import { HoldfastError } from '../errors';
import { journalPlace } from './places';

const LONGEST_ENTRY_BYTES = 256 * 1024;

/** One entry as a line of a journal, without the break. @throws HoldfastError `too-large`. */
export async function journalLine(cipher: StoreCipher, name: string, entry: unknown): Promise<string> {
  const json = JSON.stringify({ entry: entry ?? null });
  const bytes = Buffer.byteLength(json);
  if (bytes <= LONGEST_ENTRY_BYTES) {
    if (!cipher.encrypts) return json;
    // A line that is not whole must not pass for JSON, encrypted or not.
    return JSON.stringify({ sealed: await cipher.sealText(journalPlace(name), json) });
  }
  throw new HoldfastError(
    'too-large',
    `An entry of the journal ${name} has ${bytes} bytes, more than the ${LONGEST_ENTRY_BYTES} allowed. Store the value as a file and write down its hash.`,
  );
}

/**
 * The entries of a journal's text. A line that its writer did not finish was never reported as written: it is skipped.
 * @throws HoldfastError `encryption-key-unknown`, `damaged`.
 */
export async function journalEntries(cipher: StoreCipher, name: string, text: string): Promise<unknown[]> {
  const entries: unknown[] = [];
  for (const line of text.split('\n')) {
    const whole = line === '' ? undefined : parsed(line);
    if (!whole) continue;
    const { sealed } = whole;
    entries.push(sealed === undefined ? whole.entry : parsed(await cipher.openText(journalPlace(name), sealed))?.entry);
  }
  return entries;
}

function parsed(line: string): { entry?: unknown; sealed?: string } | undefined {
  try {
    return JSON.parse(line) as { entry?: unknown; sealed?: string };
  } catch {
    return undefined;
  }
}
