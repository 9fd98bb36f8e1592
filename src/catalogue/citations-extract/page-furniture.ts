import type { Edit } from './mapped-text';

interface Line {
  start: number;
  /** After its line break. */
  end: number;
  /** Without the spaces around it. */
  text: string;
  indent: number;
}

/** Stands where something was taken out: there the running text goes on. Of Unicode's private use. */
export const PAGE_BREAK = '\ue000';

/** Lines at the top and bottom of a page that may be its header or footer. */
const EDGE = 3;
/** A header comes back on so many pages, at least: those of odd, even and separate opinions differ. */
const LEAST_PAGES = 2;
/** Letters of a line that does not come back by chance. */
const LEAST_LETTERS = 6;
/** Lines from one header to the next, at least, where no page is marked. */
const PAGE_LINES = 6;

const PAGE_MARK = /^=+ *page \d+ *=+$/i;
const PAGE_NUMBER = /^(?:page )?[-–— ]*\d{1,4}[-–— ]*(?: ?of \d{1,4})?$/i;

/**
 * Takes headers, footers and page numbers out of a text in pages: those of a PDF end with form feeds; some texts
 * mark them with lines such as `=== PAGE 2 ===`. Nothing for a text without pages.
 */
export function pageFurniture(text: string): Edit[] {
  const pages = pagesOf(text);
  if (pages.length < 2) return loneHeads(pages[0] ?? []);
  const repeated = repeatedLines(pages);
  return pages.flatMap((page, index) => cutsOf(page, index + 1, repeated));
}

function pagesOf(text: string): Line[][] {
  const pages: Line[][] = [[]];
  let start = 0;
  for (const raw of text.match(/[^\n\f]*[\n\f]?/g) ?? []) {
    const line = {
      start,
      end: start + raw.length,
      text: raw.trim(),
      indent: raw.length - raw.trimStart().length,
    };
    start = line.end;
    if (PAGE_MARK.test(line.text)) pages.push([line]);
    else pages.at(-1)?.push(line);
    if (raw.endsWith('\f')) pages.push([]);
  }
  return pages.filter((page) => page.some(({ text }) => text !== ''));
}

function repeatedLines(pages: Line[][]): Set<string> {
  const counts = new Map<string, number>();
  for (const page of pages) {
    for (const shape of new Set(edges(page).map(shapeOf))) counts.set(shape, (counts.get(shape) ?? 0) + 1);
  }
  const isHead = ([shape, count]: [string, number]) => {
    if (shape.replace(/\P{L}/gu, '').length < LEAST_LETTERS) return count >= Math.max(LEAST_PAGES, pages.length / 2);
    return count >= LEAST_PAGES;
  };
  return new Set([...counts].filter((one) => one[0] && isHead(one)).map(([shape]) => shape));
}

/** Running heads of a text whose pages are not marked: lines that come back far from each other, apart from the text. */
function loneHeads(lines: readonly Line[]): Edit[] {
  const places = new Map<string, number[]>();
  for (const [index, line] of lines.entries()) {
    const shape = shapeOf(line);
    if (line.text.length > 120 || shape.replace(/\P{L}/gu, '').length < LEAST_LETTERS) continue;
    const known = places.get(shape);
    if (known) known.push(index);
    else places.set(shape, [index]);
  }
  const cuts = new Set<Line>();
  for (const indexes of places.values()) {
    const text = lines[indexes[0] ?? 0]?.text ?? '';
    const isCaption = /\sv\.? |\bNos?\. |^Cite as/.test(text) && /\d/.test(text);
    const apart = indexes.every((index, place) => place === 0 || index - (indexes[place - 1] ?? 0) >= PAGE_LINES);
    if (indexes.length < (isCaption ? 2 : 3) || !apart) continue;
    for (const index of indexes) if (isCaption || standsAlone(lines, index)) cutWithNumbers(lines, index, cuts);
  }
  return lines.filter((line) => cuts.has(line)).map(({ start, end }) => ({ start, end, put: PAGE_BREAK }));
}

function standsAlone(lines: readonly Line[], index: number): boolean {
  return lines[index - 1]?.text === '' && (lines[index + 1]?.text ?? '') === '';
}

/** Cuts a head, and the page's number that stands alone above or below it. */
function cutWithNumbers(lines: readonly Line[], index: number, cuts: Set<Line>): void {
  for (let place = Math.max(0, index - 2); place <= index + 2; place++) {
    const line = lines[place];
    if (line && (place === index || PAGE_NUMBER.test(line.text))) cuts.add(line);
  }
}

function cutsOf(page: Line[], number: number, repeated: Set<string>): Edit[] {
  const cuts: Edit[] = [];
  let afterHeader = false;
  const furniture = new Set(edges(page));
  for (const line of page) {
    const { start, end, text, indent } = line;
    if (text === '') continue;
    const isMark = PAGE_MARK.test(text);
    if (isMark || (furniture.has(line) && (repeated.has(shapeOf(line)) || PAGE_NUMBER.test(text)))) {
      cuts.push({ start, end, put: PAGE_BREAK });
      afterHeader = true;
    } else if (afterHeader) {
      // Some extractors glue the page's number to its first line.
      const glued = new RegExp(`^${number} +`).exec(text);
      if (glued) cuts.push({ start, end: start + indent + glued[0].length, put: '' });
      afterHeader = false;
    }
  }
  return cuts;
}

function edges(page: Line[]): Line[] {
  const lines = page.filter(({ text }) => text !== '' && !PAGE_MARK.test(text));
  return [...lines.slice(0, EDGE), ...lines.slice(EDGE).slice(-EDGE)];
}

/** Page and docket numbers differ from page to page, and spaces come and go. */
function shapeOf({ text }: Line): string {
  return text.replace(/\s+/g, '').replace(/\d+/g, '#');
}
