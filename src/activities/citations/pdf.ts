import { extractText } from 'unpdf';

/** The text layer of a PDF in reading order: a line break at the end of each line, a form feed between pages. */
export async function readPdf(bytes: Buffer): Promise<string> {
  // A copy: pdf.js takes the memory that it is given away from its owner.
  const { text } = await extractText(new Uint8Array(bytes), { mergePages: false });
  return text.join('\n\f');
}
