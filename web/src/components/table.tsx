import { Children, type ReactNode } from 'react';
import { ErrorState, Skeleton } from './bits';
import { Wide } from './wide';

/** A heading: its text, or with how it stands: as numbers do, only where there is room, or read aloud only. */
type Column = string | readonly [name: string, as: 'number' | 'wide-only' | 'sr-only'];

/** The frame of every table: a head if it has columns, its rows, or one row that says why there are none. */
export function Table({
  label,
  columns = [],
  empty,
  framed = false,
  children,
}: {
  label: string;
  columns?: readonly Column[];
  empty?: ReactNode;
  framed?: boolean;
  children: ReactNode;
}) {
  return (
    <Wide label={label} framed={framed}>
      <table className="table">
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

/** What a question's answer is shown as; before, that it is asked, or why it could not be answered. */
export function Loaded<Data>({
  query: { data, error, refetch },
  lines,
  children,
}: {
  query: { data: Data | undefined; error: Error | null; refetch(): Promise<unknown> };
  lines: number;
  children: (data: Data) => ReactNode;
}) {
  if (data !== undefined) return children(data);
  return error ? <ErrorState error={error} retry={() => void refetch()} /> : <Skeleton lines={lines} />;
}
