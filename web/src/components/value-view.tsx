import { useState } from 'react';
import { texts } from '../texts';
import { JsonView } from './json-view';
import { isRecord } from './schema-form/schema';
import { Segmented } from './segmented';
import { Table } from './table';

type Row = Record<string, unknown>;
const ROWS = 200;
const COLUMNS = 12;

/** A value as a person reads it: records as a table, an object as a list; and as JSON. */
export function ValueView({ value, label }: { value: unknown; label: string }) {
  const [mode, setMode] = useState<'view' | 'json'>('view');
  const readable = isRecord(value) || Array.isArray(value);
  if (!readable) return <JsonView value={value} label={label} />;
  return (
    <div className="stack tight">
      <Segmented<'view' | 'json'>
        label={texts.parts.showAs}
        options={[
          ['view', texts.parts.view],
          ['json', texts.parts.json],
        ]}
        value={mode}
        onChange={setMode}
      />
      {mode === 'json' ? <JsonView value={value} label={label} /> : <Readable value={value} />}
    </div>
  );
}

function Readable({ value }: { value: unknown }) {
  if (isTable(value)) return <Rows rows={value} />;
  if (Array.isArray(value)) {
    if (value.length === 0) return <p className="faint">{texts.parts.emptyList}</p>;
    return (
      <ol className="value-list">
        {value.slice(0, ROWS).map((one, index) => (
          <li key={index}>
            <Cell value={one} />
          </li>
        ))}
        {value.length > ROWS && <li className="faint">{texts.parts.andMoreInJSON(value.length - ROWS)}</li>}
      </ol>
    );
  }
  if (!isRecord(value)) return <Cell value={value} />;
  const entries = Object.entries(value);
  if (entries.length === 0) return <p className="faint">{texts.parts.empty}</p>;
  return (
    <dl className="value-fields">
      {entries.map(([name, one]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{isTable(one) ? <Rows rows={one} /> : <Cell value={one} />}</dd>
        </div>
      ))}
    </dl>
  );
}

function Rows({ rows }: { rows: readonly Row[] }) {
  const columns = [...new Set(rows.slice(0, ROWS).flatMap((row) => Object.keys(row)))].slice(0, COLUMNS);
  return (
    <>
      <Table label={texts.parts.rows} columns={columns} framed>
        {rows.slice(0, ROWS).map((row, index) => (
          <tr key={index}>
            {columns.map((column) => (
              <td key={column} className={typeof row[column] === 'number' ? 'number' : ''}>
                <Cell value={row[column]} />
              </td>
            ))}
          </tr>
        ))}
      </Table>
      {rows.length > ROWS && <p className="faint">{texts.parts.andRowsMoreInJSON(rows.length - ROWS)}</p>}
    </>
  );
}

function Cell({ value }: { value: unknown }) {
  if (value === null || value === undefined) return <span className="faint">–</span>;
  if (typeof value === 'object') {
    const text = JSON.stringify(value, null, 1);
    return (
      <pre className="clipped" tabIndex={0}>
        {text.length < 60 ? JSON.stringify(value) : text}
      </pre>
    );
  }
  if (typeof value === 'string' && value.length > 300)
    return (
      <pre className="clipped" tabIndex={0}>
        {value}
      </pre>
    );
  return <span className="breakable">{String(value)}</span>;
}

function isTable(value: unknown): value is Row[] {
  return Array.isArray(value) && value.length > 0 && value.every(isRecord);
}
