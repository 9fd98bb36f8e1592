import { setImmediate as turn } from 'node:timers/promises';
import { oneLine } from '../one-line';
import { widthOf } from './pdf-pieces';
import type { ReportTable } from './table';
import { linesOf, needsPieces, type Piece } from './visual-text';

/** Points: A4 across. */
export const PAGE = { width: 841.89, height: 595.28, margin: 36, head: 46, foot: 18 } as const;
export const CELL = { size: 8, line: 9.5, padding: 4, above: 3, below: 2.5 } as const;
/** A longer cell ends with an ellipsis. */
const MOST_LINES = 3;
/** Rows that are measured before the event loop gets its turn. */
const AT_ONE_GO = 25;

interface PlacedColumn {
  title: string;
  x: number;
  /** Without the padding. */
  width: number;
}

export interface PlacedRow {
  y: number;
  height: number;
  cells: {
    text: string;
    /** Whether it takes more than one line. */
    wrapped: boolean;
    /** Its lines, when the order or the font of its letters is not the ordinary one. */
    lines?: Piece[][];
  }[];
}

/** Where everything on the pages goes. */
export interface Layout {
  columns: PlacedColumn[];
  pages: PlacedRow[][];
  /** Where what follows the table goes, on the last page. */
  end: number;
  /** Whether it has letters of alphabets that the font lacks. */
  lacksLetters: boolean;
}

/** Where the table begins, under the head of the page, and the height of its own head. */
export const TABLE_TOP = PAGE.margin + PAGE.head;
export const TABLE_HEAD = CELL.line + CELL.above + CELL.below;
const ROWS_TOP = TABLE_TOP + TABLE_HEAD + 2;
const ROWS_BOTTOM = PAGE.height - PAGE.margin - PAGE.foot;
/** Room for the totals, and for the lines that say what is missing. */
const END_HEIGHT = 56;

/** What the fonts have; letters of other alphabets show as boxes. */
const LACKING =
  /(?!\p{sc=Zyyy}|\p{sc=Zinh})[^\p{sc=Latn}\p{sc=Grek}\p{sc=Cyrl}\p{sc=Armn}\p{sc=Geor}\p{sc=Hebr}\p{sc=Arab}\p{sc=Deva}\p{sc=Thai}]/u;

/** Spreads a table over pages before anything is drawn, so that each page knows how many there are. */
export async function layOut(document: PDFKit.PDFDocument, table: ReportTable, signal: AbortSignal): Promise<Layout> {
  const columns = columnsOf(table);
  document.font('plain').fontSize(CELL.size);
  const pages: PlacedRow[][] = [[]];
  let y = ROWS_TOP;
  let lacksLetters = [table.title, table.about].some((text) => LACKING.test(text));
  for (const [index, row] of table.rows.entries()) {
    if (index % AT_ONE_GO === 0) await turn(undefined, { signal });
    lacksLetters ||= row.some((text) => LACKING.test(text));
    const { cells, height } = measured(document, row, columns);
    if (y + height > ROWS_BOTTOM) {
      pages.push([]);
      y = ROWS_TOP;
    }
    pages.at(-1)?.push({ y, height, cells });
    y += height;
  }
  if (y + END_HEIGHT > ROWS_BOTTOM) {
    pages.push([]);
    y = ROWS_TOP;
  }
  return { columns, pages, end: y, lacksLetters };
}

function columnsOf({ columns }: ReportTable): PlacedColumn[] {
  const shares = columns.reduce((sum, { share }) => sum + share, 0);
  let x: number = PAGE.margin;
  return columns.map(({ title, share }) => {
    const width = ((PAGE.width - PAGE.margin * 2) * share) / shares;
    const column = { title, x: x + CELL.padding, width: width - CELL.padding * 2 };
    x += width;
    return column;
  });
}

function measured(
  document: PDFKit.PDFDocument,
  row: readonly string[],
  columns: readonly PlacedColumn[],
): Pick<PlacedRow, 'cells' | 'height'> {
  let lines = 1;
  const cells = columns.map(({ width }, index) => {
    const text = oneLine(row[index] ?? '');
    if (needsPieces(text)) {
      const pieces = linesOf(text, (piece) => widthOf(document, piece, 'plain'), { width, most: MOST_LINES });
      lines = Math.max(lines, pieces.length);
      return { text, wrapped: pieces.length > 1, lines: pieces };
    }
    if (document.widthOfString(text) <= width) return { text, wrapped: false };
    const needed = Math.ceil(document.heightOfString(text, { width }) / document.currentLineHeight());
    lines = Math.max(lines, Math.min(MOST_LINES, needed));
    return { text, wrapped: true };
  });
  return { cells, height: CELL.above + lines * CELL.line + CELL.below };
}
