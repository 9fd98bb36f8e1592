export interface Column<Row> {
  title: string;
  cell: (row: Row) => string;
  /** Defaults to left. */
  align?: 'left' | 'right';
  /** Least width; longer cells widen the column. Defaults to the title's. */
  width?: number;
}

const RULE = 80;

/** A table as lines: header, rule, rows. Columns stand one space apart. */
export function tableLines<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string[] {
  const cells = rows.map((row) => columns.map(({ cell }) => cell(row)));
  const widths = columns.map(({ title, width = title.length }, index) =>
    Math.max(width, ...cells.map((row) => row[index]?.length ?? 0)),
  );
  const line = (texts: readonly string[]) =>
    texts
      .map((text, index) => {
        const width = widths[index] ?? 0;
        return columns[index]?.align === 'right' ? text.padStart(width) : text.padEnd(width);
      })
      .join(' ')
      .trimEnd();
  const header = line(columns.map(({ title }) => title));
  const full = widths.reduce((sum, width) => sum + width + 1, -1);
  return [header, '-'.repeat(Math.max(RULE, full)), ...cells.map(line)];
}
