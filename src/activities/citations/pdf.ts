import { extractText, getDocumentProxy } from 'unpdf';

/** The text layer of a PDF in reading order: a line break at the end of each line, a form feed between pages. */
export async function readPdf(bytes: Buffer): Promise<string> {
  // A copy: pdf.js takes the memory that it is given away from its owner. Its warnings say nothing to a user.
  const document = await getDocumentProxy(new Uint8Array(bytes), { verbosity: 0 });
  try {
    const { text } = await extractText(document, { mergePages: false });
    return text.join('\n\f');
  } finally {
    await document.loadingTask.destroy();
  }
}
