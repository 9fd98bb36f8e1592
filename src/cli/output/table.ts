import { printable } from '../../tasks/printable';
import { wrapped } from './wrap';

export interface Column<Row> {
  title: string;
  cell: (row: Row) => string;
  /** Defaults to left. */
  align?: 'left' | 'right';
  /** Least width; longer cells widen the column. Defaults to the title's. */
  width?: number;
}

const RULE = 80;

/**
 * A table as lines: header, rule, rows. Columns stand one space apart. Where it does not fit, each row is its first
 * cell and, below it, the others with their titles.
 * @param room Characters that fit into a line.
 */
export function tableLines<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  room = Number.POSITIVE_INFINITY,
): string[] {
  const cells = rows.map((row) => columns.map(({ cell }) => printable(cell(row))));
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
  const lines = cells.map(line);
  const full = widths.reduce((sum, width) => sum + width + 1, -1);
  if (![header, ...lines].every(({ length }) => length <= room))
    return cells.flatMap((row) => record(columns, row, room));
  return [header, '-'.repeat(Math.min(Math.max(RULE, full), room)), ...lines];
}

function record<Row>(
  columns: readonly Column<Row>[],
  [first = '', ...others]: readonly string[],
  room: number,
): string[] {
  const facts = others.flatMap((text, index) => (text === '' ? [] : [`${columns[index + 1]?.title}: ${text}`]));
  const lines: string[] = [];
  for (const fact of facts) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + fact.length + 2 <= room) lines[lines.length - 1] = `${last}, ${fact}`;
    else lines.push(`  ${fact}`);
  }
  return [first, ...lines.flatMap((line) => wrapped(line, room))];
}
