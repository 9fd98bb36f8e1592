import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { UsageError } from './runner';

/** Reads the JSON in a file; `-` stands for standard input. @throws UsageError when there is none. */
export async function readJsonInput(file: string): Promise<unknown> {
  const what = file === '-' ? 'standard input' : file;
  const content = await (file === '-' ? text(process.stdin) : readFile(file, 'utf8')).catch((error: Error) => {
    throw new UsageError(`${what} cannot be read: ${error.message}`);
  });
  try {
    return JSON.parse(content);
  } catch (error) {
    throw new UsageError(`${what} does not hold JSON: ${(error as Error).message}`);
  }
}
