import { getDocumentProxy } from 'unpdf';
import { TaskFailure } from '../../tasks/failures';
import { joinItems, type TextItem } from './pdf-lines';

/** Pages of a document: more than the longest text fills. */
const MOST_PAGES = 5000;

/** Pages after which what was kept of earlier ones is dropped. */
const KEPT_PAGES = 50;

type PdfDocument = Awaited<ReturnType<typeof getDocumentProxy>>;

/**
 * The text layer of a PDF in reading order: a line break at the end of each line, a form feed between pages.
 * @param most Characters after which the rest is not read any more.
 */
export async function readPdf(bytes: Buffer, most: number): Promise<string> {
  // A copy: pdf.js takes the memory that it is given away from its owner. Its warnings say nothing to a user.
  const document = await getDocumentProxy(new Uint8Array(bytes), { verbosity: 0 });
  try {
    const { numPages } = document;
    if (numPages > MOST_PAGES) {
      throw new TaskFailure(
        'PERMANENT_VALIDATION',
        `The file has ${numPages} pages, more than the ${MOST_PAGES} allowed. Split it.`,
      );
    }
    const pages: string[] = [];
    let length = 0;
    for (let number = 1; number <= numPages && length <= most; number++) {
      const text = await pageText(document, number, most);
      pages.push(text);
      length += text.length + 2;
      if (number % KEPT_PAGES === 0) await document.cleanup();
    }
    return pages.join('\n\f');
  } finally {
    await document.loadingTask.destroy();
  }
}

async function pageText(document: PdfDocument, number: number, most: number): Promise<string> {
  const page = await document.getPage(number);
  const items: TextItem[] = [];
  let length = 0;
  const reader = page.streamTextContent().getReader();
  while (length <= most) {
    const { done, value } = await reader.read();
    if (done) break;
    for (const item of value.items as (TextItem | { str?: undefined })[]) {
      if (item.str === undefined) continue;
      items.push(item);
      length += item.str.length + 1;
    }
  }
  page.cleanup();
  return joinItems(items);
}
