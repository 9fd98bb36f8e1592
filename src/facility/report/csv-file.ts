import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { type Columns, csv } from '../../client/list/csv';
import { cutLine, type ReportTable } from './table';

/** Without it spreadsheets take the file for one of the computer's own alphabet. */
const BYTE_ORDER_MARK = '\uFEFF';

/** A table as CSV in UTF-8: a head line, the rows, and a line that says so where rows are left out. */
export async function csvFile(table: ReportTable): Promise<Buffer> {
  const columns: Columns<readonly string[]> = Object.fromEntries(
    table.columns.map(({ title }, index) => [title, (row: readonly string[]) => row[index]]),
  );
  const cut = cutLine(table);
  const rows = cut ? [...table.rows, [cut]] : table.rows;
  async function* file() {
    yield BYTE_ORDER_MARK;
    yield* csv(columns, Readable.from([rows]));
  }
  return buffer(file());
}
