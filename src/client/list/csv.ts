import { stringify } from 'csv-stringify/sync';

/** Each column's name and how to get its cell from a row. */
export type Columns<Row> = Record<string, (row: Row) => string | undefined>;

/**
 * Rows as CSV (RFC 4180), with a head line. A cell that a spreadsheet would take for a formula begins with
 * an apostrophe, so that it stays a text.
 */
export async function* csv<Row>(columns: Columns<Row>, batches: AsyncIterable<readonly Row[]>): AsyncGenerator<string> {
  yield lines([Object.keys(columns)]);
  const cells = Object.values(columns);
  for await (const batch of batches) yield lines(batch.map((row) => cells.map((cell) => cell(row) ?? '')));
}

function lines(rows: string[][]): string {
  return stringify(rows, {
    record_delimiter: 'windows',
    escape_formulas: true,
    // The library leaves this one out of those that it escapes.
    cast: { string: (text) => (text.startsWith('\n') ? `'${text}` : text) },
  });
}
