import iconv from 'iconv-lite';
import { TaskFailure } from '../../tasks/failures';
import type { PythonChild } from './python';
import { setApart } from './superscript';

/** Raised digits: the control word, more of them, and the text up to the next one or the end of the group. */
const RAISED = /\\super(?![a-z0-9-])((?:\s?\\(?!nosupersub)[a-z]{1,32}-?\d{0,10})*)\s?([\d\s*,;[\]]{1,20})(?=[\\{}])/g;

/** The text of an RTF file. @throws TaskFailure PERMANENT_VALIDATION when it is none. */
export async function readRtf(bytes: Buffer, python: PythonChild): Promise<string> {
  const rtf = iconv.decode(bytes, codePageOf(bytes));
  if (!rtf.trimStart().startsWith('{\\rtf')) {
    throw new TaskFailure('PERMANENT_VALIDATION', 'The file cannot be read as .rtf: it does not begin like one');
  }
  const apart = rtf.replace(
    RAISED,
    (_, controls: string, text: string) => `\\super${controls} ${setApart(text).replace(/[^\0-\x7f]/g, escaped)}`,
  );
  const { text } = (await python.ask({ rtf: apart })) as { text: string };
  return text;
}

/** What is not escaped is in the code page that the file names. */
function codePageOf(bytes: Buffer): string {
  const number = /\\ansicpg(\d{3,5})/.exec(bytes.subarray(0, 1024).toString('latin1'))?.[1];
  return number && iconv.encodingExists(`cp${number}`) ? `cp${number}` : 'windows-1252';
}

function escaped(letter: string): string {
  return `{\\uc1\\u${letter.charCodeAt(0)}?}`;
}
