import { HoldfastError } from '../errors';

const LONGEST_ENTRY_BYTES = 256 * 1024;

/** One entry as a line of a journal, without the break. @throws HoldfastError `too-large`. */
export function checkedJournalLine(name: string, entry: unknown): string {
  const json = JSON.stringify({ entry: entry ?? null });
  const bytes = Buffer.byteLength(json);
  if (bytes <= LONGEST_ENTRY_BYTES) return json;
  throw new HoldfastError(
    'too-large',
    `An entry of the journal ${name} has ${bytes} bytes, more than the ${LONGEST_ENTRY_BYTES} allowed. Store the value as a file and write down its hash.`,
  );
}

/** The entries of a journal's text. A line that its writer did not finish was never reported as written: it is skipped. */
export function journalEntries(text: string): unknown[] {
  return text.split('\n').flatMap((line) => {
    if (line === '') return [];
    try {
      return [(JSON.parse(line) as { entry: unknown }).entry];
    } catch {
      return [];
    }
  });
}
