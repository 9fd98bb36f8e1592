import { readFile } from 'node:fs/promises';
import { type DecodedText, decodeText } from '../../tasks/decode-text';
import { TaskFailure } from '../../tasks/failures';
import type { FileType } from './contract';
import { readPdf } from './pdf';
import type { PythonChild } from './python';
import { readDocx } from './read-docx';
import { declaredCharset, readHtml } from './read-html';
import { readRtf } from './read-rtf';

/** Longest text that a file may hold, in UTF-16 units: what eyecite reads within the time of an attempt. */
const MAX_TEXT = 5_000_000;

/** What the buffers of a process that has no memory left say. */
const NO_MEMORY = /allocation failed|invalid (typed )?array (buffer )?length|invalid string length|MemoryError/i;

/** A text, and the character set that it was read in, where there is one. */
export type ReadText = Pick<DecodedText, 'text'> & Partial<DecodedText>;

/**
 * Reads the text of a file.
 * @param charset What the server has said that it is in.
 * @throws TaskFailure PERMANENT_VALIDATION, with the reader's reason.
 */
export async function readDocument(
  file: string,
  type: FileType,
  python: PythonChild,
  charset?: string,
): Promise<ReadText> {
  const given = await read(await readFile(file), type, python, charset).catch((error: Error) => {
    throw failureOf(error, type);
  });
  const { text } = given;
  if (text.length > MAX_TEXT) {
    throw new TaskFailure(
      'PERMANENT_VALIDATION',
      `The file holds ${text.length} characters of text or more, more than the ${MAX_TEXT} allowed. Split it.`,
    );
  }
  if (text.trim()) return given;
  const hint = type === '.pdf' ? ' A scanned PDF needs text recognition first.' : '';
  throw new TaskFailure('PERMANENT_VALIDATION', `The file holds no text.${hint}`);
}

function failureOf(error: Error, type: FileType): TaskFailure {
  if (NO_MEMORY.test(error.message)) {
    return new TaskFailure(
      'PERMANENT_VALIDATION',
      `The file cannot be read as ${type}: it unpacks to more than the memory allowed. Split it, or send its text.`,
    );
  }
  if (error instanceof TaskFailure) return error;
  return new TaskFailure('PERMANENT_VALIDATION', `The file cannot be read as ${type}: ${error.message}`);
}

async function read(bytes: Buffer, type: FileType, python: PythonChild, charset?: string): Promise<ReadText> {
  switch (type) {
    case '.pdf':
      return { text: await readPdf(bytes, MAX_TEXT) };
    case '.docx':
      return { text: await readDocx(bytes) };
    case '.rtf':
      return { text: await readRtf(bytes, python) };
    case '.html':
    case '.htm': {
      const { text, encoding } = decodeText(bytes, charset ?? declaredCharset(bytes));
      return { text: readHtml(text), encoding };
    }
    default:
      return decodeText(bytes, charset);
  }
}
