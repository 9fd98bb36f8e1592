import { Children, type ReactNode, useLayoutEffect, useRef } from 'react';
import { ErrorState, PageHead, Skeleton } from './bits';
import { Wide } from './wide';

/** A heading: its text, or with how it stands: as numbers do, only where there is room, or read aloud only. */
type Column = string | readonly [name: string, as: 'number' | 'wide-only' | 'sr-only'];

/**
 * The frame of every table: a head if it has columns, its rows, or one row that says why there are none.
 * @param stacked Where there is no room for the columns, each row is a list of names and values.
 */
export function Table({
  label,
  columns = [],
  empty,
  framed = false,
  stacked = false,
  children,
}: {
  label: string;
  columns?: readonly Column[];
  empty?: ReactNode;
  framed?: boolean;
  stacked?: boolean;
  children: ReactNode;
}) {
  const table = useRef<HTMLTableElement>(null);
  useLayoutEffect(() => {
    if (stacked) nameCells(table.current);
  });
  return (
    <Wide label={label} framed={framed}>
      <table ref={table} className={stacked ? 'table stacked' : 'table'}>
        {columns.length > 0 && (
          <thead>
            <tr>
              {columns.map((column) => (
                <Heading key={nameOf(column)} column={column} />
              ))}
            </tr>
          </thead>
        )}
        <tbody>
          {children}
          {empty && Children.count(children) === 0 && (
            <tr>
              <td className="muted" {...(columns.length > 0 && { colSpan: columns.length })}>
                {empty}
              </td>
            </tr>
          )}
        </tbody>
      </table>
    </Wide>
  );
}

/** A cell that stands below the one before has the name of its column beside it. */
function nameCells(table: HTMLTableElement | null): void {
  const names = [...(table?.tHead?.rows[0]?.cells ?? [])].map((cell) => cell.textContent ?? '');
  for (const row of table?.tBodies[0]?.rows ?? []) {
    if (row.cells.length < names.length) continue;
    for (const [index, cell] of [...row.cells].entries()) {
      cell.dataset.label = names[index] ?? '';
      cell.toggleAttribute('data-nothing', /^–?$/.test(cell.textContent?.trim() ?? ''));
    }
  }
}

function Heading({ column }: { column: Column }) {
  if (typeof column === 'string') return <th>{column}</th>;
  const [name, as] = column;
  if (as !== 'sr-only') return <th className={as}>{name}</th>;
  return (
    <th>
      <span className="sr-only">{name}</span>
    </th>
  );
}

function nameOf(column: Column): string {
  return typeof column === 'string' ? column : column[0];
}

interface Question<Data> {
  data: Data | undefined;
  error: Error | null;
  refetch(): Promise<unknown>;
}

interface LoadedProps<Data> {
  query: Question<Data>;
  lines: number;
  /** Of a whole page: it stands there before its content does. */
  title?: string;
  children: (data: Data) => ReactNode;
}

/** What a question's answer is shown as; before, that it is asked, or why it could not be answered. */
export function Loaded<Data>({ query, lines, title, children }: LoadedProps<Data>) {
  if (query.data !== undefined) return children(query.data);
  return <NotYet query={query} lines={lines} {...(title && { title })} />;
}

export function NotYet({
  query: { error, refetch },
  lines,
  title,
}: {
  query: Pick<Question<unknown>, 'error' | 'refetch'>;
  lines: number;
  title?: string;
}) {
  return (
    <>
      {title && <PageHead title={title} />}
      {error ? <ErrorState error={error} retry={() => void refetch()} /> : <Skeleton lines={lines} />}
    </>
  );
}
