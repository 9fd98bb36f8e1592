import { readFile } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import { setImmediate as turn } from 'node:timers/promises';
import PDFDocument from 'pdfkit';
import { oneLine } from '../one-line';
import { CELL, type Layout, layOut, PAGE, type PlacedRow, TABLE_HEAD, TABLE_TOP } from './pdf-layout';
import { drawPieces, registerFallbacks, type Weight, widthOf } from './pdf-pieces';
import { cutLine, type ReportTable, totalsLine } from './table';
import { apart, linesOf, needsPieces } from './visual-text';

const PLAIN = require.resolve('dejavu-fonts-ttf/ttf/DejaVuSansCondensed.ttf');
const BOLD = require.resolve('dejavu-fonts-ttf/ttf/DejaVuSansCondensed-Bold.ttf');

const INK = '#1c2330';
const FAINT = '#5d6675';
const RULE = '#d5dae2';
const SHADE = '#e9edf3';
const RIGHT = PAGE.width - PAGE.margin;

/**
 * A table as PDF, with its head on every page, page numbers and totals. The same table gives the same bytes. The event
 * loop gets its turn after every page at least, so that life signs go on.
 * @param date Of the document's properties.
 * @param signal Ends the work.
 */
export async function pdfFile(table: ReportTable, date: Date, signal: AbortSignal): Promise<Buffer> {
  const document = new PDFDocument({
    size: [PAGE.width, PAGE.height],
    margin: 0,
    autoFirstPage: false,
    lang: 'en',
    info: { Title: oneLine(table.title), Producer: 'Holdfast', Creator: 'Holdfast', CreationDate: date },
  });
  const bytes = buffer(document);
  document.registerFont('plain', await readFile(PLAIN));
  document.registerFont('bold', await readFile(BOLD));
  registerFallbacks(document);
  const layout = await layOut(document, table, signal);
  for (const [index, rows] of layout.pages.entries()) {
    await turn(undefined, { signal });
    document.addPage();
    drawHead(document, table);
    drawRows(document, layout, rows);
    write(document, `Page ${index + 1} of ${layout.pages.length}`, 'plain', FAINT, 7.5, PAGE.height - PAGE.margin - 8);
  }
  drawEnd(document, table, layout);
  document.end();
  return bytes;
}

function drawHead(document: PDFKit.PDFDocument, { title, about, period }: ReportTable): void {
  write(document, oneLine(title), 'bold', INK, 14, PAGE.margin);
  write(document, `${apart(oneLine(about))}, ${oneLine(period)}`, 'plain', FAINT, 9, PAGE.margin + 20);
}

function drawRows(document: PDFKit.PDFDocument, { columns }: Layout, rows: readonly PlacedRow[]): void {
  document.rect(PAGE.margin, TABLE_TOP, RIGHT - PAGE.margin, TABLE_HEAD).fill(SHADE);
  document.font('bold').fontSize(CELL.size).fillColor(INK);
  for (const { title, x } of columns) document.text(title, x, TABLE_TOP + CELL.above, { lineBreak: false });
  document.font('plain');
  for (const { y, height, cells } of rows) {
    for (const [index, { text, wrapped, lines }] of cells.entries()) {
      const { x = 0, width = 0 } = columns[index] ?? {};
      if (lines) {
        for (const [at, pieces] of lines.entries()) {
          drawPieces(document, pieces, 'plain', x, y + CELL.above + at * CELL.line);
        }
        continue;
      }
      document.text(
        text,
        x,
        y + CELL.above,
        wrapped ? { width, height: height - CELL.above, ellipsis: true } : { lineBreak: false },
      );
    }
    const under = y + height;
    document.moveTo(PAGE.margin, under).lineTo(RIGHT, under).lineWidth(0.5).stroke(RULE);
  }
}

function drawEnd(document: PDFKit.PDFDocument, table: ReportTable, { end, lacksLetters }: Layout): void {
  write(document, totalsLine(table), 'bold', INK, 9, end + 10);
  const lacking = lacksLetters
    ? 'Letters that show as boxes are not in the font: as CSV this report has them.'
    : undefined;
  const lines = [cutLine(table), lacking].filter((line) => line !== undefined);
  for (const [index, line] of lines.entries()) write(document, line, 'plain', INK, 9, end + 24 + index * 14);
}

/** One line across the page; what is longer ends with an ellipsis. */
function write(
  document: PDFKit.PDFDocument,
  text: string,
  font: Weight,
  colour: string,
  size: number,
  y: number,
): void {
  const width = RIGHT - PAGE.margin;
  document.font(font).fontSize(size).fillColor(colour);
  if (needsPieces(text)) {
    const [pieces = []] = linesOf(text, (piece) => widthOf(document, piece, font), { width, most: 1 });
    drawPieces(document, pieces, font, PAGE.margin, y);
    return;
  }
  document.text(text, PAGE.margin, y, { width, height: size * 1.1, ellipsis: true });
}
