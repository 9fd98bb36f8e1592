import { getDocumentProxy } from 'unpdf';

type Page = Awaited<ReturnType<Awaited<ReturnType<typeof getDocumentProxy>>['getPage']>>;
type Item = Extract<Awaited<ReturnType<Page['getTextContent']>>['items'][number], { str: string }>;

/** A note's mark is smaller than the text that it stands in, and above its line; in parts of the text's height. */
const SMALLER = 0.85;
const ABOVE = 0.15;
const MARK = /^\s*[\d*†‡]{1,3}\s*$/;

/** The text layer of a PDF in reading order: a line break at the end of each line, a form feed between pages. */
export async function readPdf(bytes: Buffer): Promise<string> {
  // A copy: pdf.js takes the memory that it is given away from its owner. Its warnings say nothing to a user.
  const document = await getDocumentProxy(new Uint8Array(bytes), { verbosity: 0 });
  try {
    const pages: string[] = [];
    for (let number = 1; number <= document.numPages; number++)
      pages.push(await textOf(await document.getPage(number)));
    return pages.join('\n\f');
  } finally {
    await document.loadingTask.destroy();
  }
}

async function textOf(page: Page): Promise<string> {
  const { items } = await page.getTextContent();
  let before: Item | undefined;
  const parts: string[] = [];
  for (const item of items) {
    if (!('str' in item)) continue;
    const mark = before && isMark(item, before) ? ` [${item.str.trim()}] ` : item.str;
    parts.push(mark, item.hasEOL ? '\n' : '');
    if (item.str.trim()) before = item;
  }
  return parts.join('');
}

/** Whether it is the raised mark of a note: 347 U.S. 483¹ is page 483. */
function isMark(item: Item, before: Item): boolean {
  if (!MARK.test(item.str) || item.height <= 0 || item.height >= before.height * SMALLER) return false;
  const [own, line] = [Number(item.transform[5]), Number(before.transform[5])];
  return own - line >= before.height * ABOVE && own - line <= before.height;
}
