import { readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { UsageError } from './runner';

/**
 * Reads a JSON value: from a file, from standard input (`-`), or the JSON itself when it begins as an object or array.
 * @param option Named in errors.
 * @throws UsageError when there is no such file or it holds no JSON.
 */
export async function readJson(source: string, option: string): Promise<unknown> {
  const given = /^\s*[[{]/.test(source) ? source : source === '-' ? await text(process.stdin) : read(source, option);
  try {
    return JSON.parse(given);
  } catch (error) {
    const place = given === source ? 'the text given' : source === '-' ? 'standard input' : source;
    throw new UsageError(`${option}: ${place} is not JSON: ${(error as Error).message}`);
  }
}

function read(file: string, option: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(`${option}: ${(error as Error).message}. Give a file, - for standard input, or JSON.`);
  }
}
