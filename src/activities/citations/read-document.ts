import { readFile } from 'node:fs/promises';
import { convert, type DomNode, type FormatCallback } from 'html-to-text';
import { convertToHtml, images } from 'mammoth';
import type { FileType } from '../../tasks/citations-extract';
import { TaskFailure } from '../../tasks/failures';
import { readPdf } from './pdf';
import type { PythonChild } from './python';

/** Longest text that a file may hold, in UTF-16 units: what eyecite reads within the time of an attempt. */
const MAX_TEXT = 5_000_000;

/** Reads the text of a file. @throws TaskFailure PERMANENT_VALIDATION, with the reader's reason. */
export async function readDocument(file: string, type: FileType, python: PythonChild): Promise<string> {
  const text = await read(await readFile(file), type, python).catch((error: Error) => {
    if (error instanceof TaskFailure) throw error;
    throw new TaskFailure('PERMANENT_VALIDATION', `The file cannot be read as ${type}: ${error.message}`);
  });
  if (text.length > MAX_TEXT) {
    throw new TaskFailure(
      'PERMANENT_VALIDATION',
      `The file holds ${text.length} characters of text, more than the ${MAX_TEXT} allowed. Split it.`,
    );
  }
  if (text.trim()) return text;
  const hint = type === '.pdf' ? ' A scanned PDF needs text recognition first.' : '';
  throw new TaskFailure('PERMANENT_VALIDATION', `The file holds no text.${hint}`);
}

async function read(bytes: Buffer, type: FileType, python: PythonChild): Promise<string> {
  switch (type) {
    case '.pdf':
      return readPdf(bytes);
    case '.docx':
      return readDocx(bytes);
    case '.rtf':
      return readRtf(bytes, python);
    case '.html':
    case '.htm':
      return readHtml(decode(bytes));
    default:
      return decode(bytes);
  }
}

/** By way of HTML: plain text would not tell a raised number from the one before it, and leaves the notes out. */
async function readDocx(bytes: Buffer): Promise<string> {
  const convertImage = images.imgElement(async () => ({ src: '' }));
  return readHtml((await convertToHtml({ buffer: bytes }, { convertImage })).value);
}

async function readRtf(bytes: Buffer, python: PythonChild): Promise<string> {
  const rtf = bytes.toString('latin1');
  if (!rtf.trimStart().startsWith('{\\rtf')) {
    throw new TaskFailure('PERMANENT_VALIDATION', 'The file cannot be read as .rtf: it does not begin like one');
  }
  const { text } = (await python.ask({ rtf })) as { text: string };
  return text;
}

/** A raised number is a note's, no part of the number before it; raised letters are: F.2<sup>d</sup>. */
const raised: FormatCallback = (element, walk, builder) => {
  const text = textOf(element.children);
  const isApart = !/^\s*(?:d|nd|rd|st|th|er|o)?\s*$/i.test(text);
  const [open, close] = !isApart ? ['', ''] : /^\s*[[(]/.test(text) ? [' ', ''] : [' [', ']'];
  builder.addInline(open, { noWordTransform: true });
  walk(element.children, builder);
  builder.addInline(close, { noWordTransform: true });
};

function textOf(nodes: readonly DomNode[] | undefined): string {
  return (nodes ?? []).map((node) => node.data ?? textOf(node.children)).join('');
}

function readHtml(html: string): string {
  const skipped = ['img', 'nav', 'script', 'style', 'noscript'].map((selector) => ({ selector, format: 'skip' }));
  return convert(html, {
    wordwrap: false,
    formatters: { raised },
    selectors: [
      ...skipped,
      { selector: 'sup', format: 'raised' },
      { selector: 'a', options: { ignoreHref: true } },
      { selector: 'td', format: 'block' },
      ...['h1', 'h2', 'h3', 'h4', 'h5', 'h6'].map((selector) => ({ selector, options: { uppercase: false } })),
    ],
  });
}

/** UTF-8, UTF-16 by its mark, else the old Western encoding. */
function decode(bytes: Buffer): string {
  for (const encoding of [bytes[0] === 0xff ? 'utf-16le' : bytes[0] === 0xfe ? 'utf-16be' : 'utf-8', 'windows-1252']) {
    try {
      return new TextDecoder(encoding, { fatal: true, ignoreBOM: true }).decode(bytes);
    } catch {
      // The next one takes every byte.
    }
  }
  return bytes.toString('latin1');
}
