import { stringify } from 'csv-stringify/sync';
import { type ArtifactStore, artifactRef } from '../../artifacts/store';
import type { ArtifactRef } from '../../protocol/task';
import type { TransactionsProcessInput } from './contract';
import type { Outcome } from './item-journal';
import type { StatementRow } from './statement/statement';

/** A row of the statement and what became of it. */
export interface Item {
  readonly row: StatementRow;
  readonly outcome: Outcome;
}

/** The files. */
export type Report = Record<'csv' | 'json', ArtifactRef>;

const COLUMNS = [
  'id',
  'date',
  'description',
  'amount',
  'status',
  'normalisedDescription',
  'payee',
  'type',
  'classification',
  'worksheet',
  'category',
  'businessPercentage',
  'confidence',
  'method',
  'reasoning',
  'questions',
  'error',
] as const;

/** Stores what is known of all transactions, in their order, as CSV and JSON. Equal items make equal files. */
export async function storeReport(
  { client, operation }: TransactionsProcessInput,
  items: readonly Item[],
  artifacts: ArtifactStore,
): Promise<Report> {
  const lines = items.map(lineOf);
  const failed = items.flatMap(({ row, outcome }) => ('error' in outcome ? [[row.id, outcome.error] as const] : []));
  const report = {
    client,
    operation,
    transactionCount: items.length,
    processedCount: items.length,
    errorCount: failed.length,
    errorDetails: Object.fromEntries(failed),
    items: lines,
  };
  const [csv, json] = await Promise.all([
    artifacts.put(Buffer.from(csvOf(lines))),
    artifacts.put(Buffer.from(`${JSON.stringify(report, undefined, 2)}\n`)),
  ]);
  return {
    csv: artifactRef(csv, 'transactions.csv', 'text/csv'),
    json: artifactRef(json, 'transactions.json', 'application/json'),
  };
}

type Line = Partial<Record<(typeof COLUMNS)[number], string | number | undefined>>;

function lineOf({ row, outcome }: Item): Line {
  const fields = typeof row.transaction === 'string' ? {} : row.transaction;
  const { date, description, amount } = fields as Partial<Record<string, string>>;
  const known = { id: row.id, ...(date && { date }), ...(description && { description }), ...(amount && { amount }) };
  if ('error' in outcome) return { ...known, status: 'failed', error: outcome.error };
  return { ...known, status: 'done', ...outcome.finding, method: outcome.method };
}

/** RFC 4180. A text that a spreadsheet would take for a formula begins with an apostrophe; amounts are numbers. */
function csvOf(lines: readonly Line[]): string {
  return stringify(lines as Line[], {
    header: true,
    columns: [...COLUMNS],
    record_delimiter: 'windows',
    cast: {
      string: (text, { column }) => (column !== 'amount' && /^[=+\-@\t\r\n＝＋－＠]/.test(text) ? `'${text}` : text),
    },
  });
}
