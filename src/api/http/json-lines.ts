import type { ArtifactStore } from '../../artifacts/store';
import { HoldfastError } from '../../errors';
import { takingTurns } from '../../turns';
import { parseJson } from './parse-json';
import { Problem } from './problems';

const LINE_FEED = 0x0a;

/**
 * Reads a file of the store that has one JSON value a line, each held to the rules of a body. Empty lines are none.
 * @param pointer Of the field that names the file, for faults.
 * @throws HoldfastError `invalid-request` for a file that is not there, is too large, or has a line that is no JSON.
 */
export async function readJsonLines(
  store: ArtifactStore,
  hash: string,
  { pointer, limit }: { pointer: string; limit: number },
): Promise<unknown[]> {
  const bytes = await store.read(hash, limit).catch((error: unknown) => {
    throw error instanceof HoldfastError ? invalid(pointer, error.message) : error;
  });
  const values: unknown[] = [];
  const giveWay = takingTurns();
  for (let from = 0, line = 1; from < bytes.length; line++) {
    const feed = bytes.indexOf(LINE_FEED, from);
    const end = feed < 0 ? bytes.length : feed;
    const text = bytes.subarray(from, end);
    from = end + 1;
    if (text.every((byte) => byte === 0x20 || byte === 0x0d)) continue;
    values.push(await parseLine(text, line, `${pointer}/${values.length}`, giveWay));
  }
  return values;
}

async function parseLine(text: Buffer, line: number, pointer: string, giveWay: () => Promise<void>): Promise<unknown> {
  try {
    return await parseJson(text, giveWay);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    const place = error.extra.errors?.[0]?.pointer ?? '';
    throw invalid(`${pointer}${place}`, `line ${line}: ${error.message}`);
  }
}

function invalid(pointer: string, message: string): HoldfastError {
  return new HoldfastError('invalid-request', `${pointer}: ${message}`, { issues: [{ pointer, message }] });
}
