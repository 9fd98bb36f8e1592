import { stringify } from 'csv-stringify/sync';
import { cutLine, type ReportTable } from './table';

/** Without it spreadsheets take the file for one of the computer's own alphabet. */
const BYTE_ORDER_MARK = '\uFEFF';

/**
 * A table as CSV (RFC 4180) in UTF-8: a head line, the rows, and a line that says so where rows are left out. A cell that a
 * spreadsheet would take for a formula begins with an apostrophe, so that it stays a text.
 */
export function csvFile(table: ReportTable): Buffer {
  const cut = cutLine(table);
  const width = table.columns.length;
  const rows = [table.columns.map(({ title }) => title), ...table.rows, ...(cut ? [[cut]] : [])];
  const cells = rows.map((row) => Array.from({ length: width }, (_, index) => row[index] ?? ''));
  const text = stringify(cells, {
    record_delimiter: 'windows',
    escape_formulas: true,
    // The library leaves this one out of those that it escapes.
    cast: { string: (cell) => (cell.startsWith('\n') ? `'${cell}` : cell) },
  });
  return Buffer.from(BYTE_ORDER_MARK + text);
}
