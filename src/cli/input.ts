import { readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { exactJson } from '../tasks/json-text';
import { UsageError } from './runner';

/**
 * Reads a JSON value: from a file, from standard input (`-`), or the JSON itself when it begins as an object or array.
 * @param option Named in errors.
 * @throws UsageError when there is no such file or it holds no JSON.
 */
export async function readJson(source: string, option: string): Promise<unknown> {
  const given = /^\s*[[{]/.test(source) ? source : source === '-' ? await text(process.stdin) : read(source, option);
  try {
    return exactJson(given);
  } catch (error) {
    const place = given === source ? 'the text given' : source === '-' ? 'standard input' : source;
    throw new UsageError(`${option}: ${place}${wrong(error)}`);
  }
}

/**
 * Reads one JSON value a line, from a file or from standard input (`-`). Empty lines are none.
 * @param option Named in errors.
 * @throws UsageError when there is no such file or a line holds no JSON.
 */
export async function readJsonLines(source: string, option: string): Promise<unknown[]> {
  const lines = (source === '-' ? await text(process.stdin) : read(source, option)).split('\n');
  return lines.flatMap((line, index) => {
    if (line.trim() === '') return [];
    try {
      return [exactJson(line)];
    } catch (error) {
      throw new UsageError(`${option}: line ${index + 1}${wrong(error)}`);
    }
  });
}

function wrong(error: unknown): string {
  const { message } = error as Error;
  return error instanceof RangeError ? `: ${message}` : ` is not JSON: ${message}`;
}

function read(file: string, option: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(`${option}: ${(error as Error).message}. Give a file, - for standard input, or JSON.`);
  }
}
