import { CsvError, parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';
import { isZero, negated, readAmount } from './amount';
import { type Column, columnsOf } from './columns';
import { readDay } from './day';

/** Most transactions of one task. */
export const MAX_TRANSACTIONS = 10_000;

const LONGEST_DESCRIPTION = 1000;
const LONGEST_ID = 100;

/** What decoders put where bytes are none of their character set. */
const LOST = '\ufffd';

/** One transaction of a bank statement. */
export interface Transaction {
  /** That of its row. */
  readonly id: string;
  /** `2026-01-31`. */
  readonly date: string;
  readonly posted?: string;
  readonly card?: string;
  readonly description: string;
  /** Decimal text; money that went out is negative. */
  readonly amount: string;
  /** The bank's own. */
  readonly bankCategory?: string;
}

/** One row of a statement, whether or not it makes sense. */
export interface StatementRow {
  /** From the column `id`; without one, the number of the row, from 1. */
  readonly id: string;
  /** As the row says. */
  readonly client?: string;
  /** A text is what is wrong with the row. */
  readonly transaction: Transaction | string;
}

type Fields = Partial<Record<Column, string>>;

/**
 * Reads a statement: CSV as in RFC 4180, the first row its header. A row with an unreadable day or amount is kept
 * with what is wrong about it; the other rows do not suffer from it.
 * @throws Error when it is no statement at all: broken quotes, columns missing, no rows, too many.
 */
export function readStatement(csv: string): StatementRow[] {
  const [header, ...rows] = recordsOf(csv);
  if (!header) throw new Error('The CSV is empty: its first row names the columns.');
  const columns = columnsOf(header);
  if (rows.length === 0) throw new Error('The CSV has a header and no transactions.');
  if (rows.length > MAX_TRANSACTIONS) {
    throw new Error(`The CSV has more than ${MAX_TRANSACTIONS} transactions: split it into several tasks.`);
  }
  const read = rows.map((cells, index) => {
    const fields: Fields = {};
    columns.forEach((column, at) => {
      const cell = cells[at]?.trim();
      if (column && cell) fields[column] = cell;
    });
    return rowOf(fields, index + 1);
  });
  const ids = new Set<string>();
  for (const { id } of read) {
    if (ids.has(id)) throw new Error(`Two transactions have the ID "${id}".`);
    ids.add(id);
  }
  return read;
}

/** Most rows that are divided up at once. */
const MAX_ROWS = 100_000;

/**
 * Divides a statement by its column `client`: the CSV and the number of transactions of each, in the order in which
 * they first appear. Transactions without an ID get the number of their row as one, so that it says where they were.
 * @throws Error when it is no statement, when there is no such column, or a row names nobody.
 */
export function divideByClient(csv: string): Map<string, { csv: string; count: number }> {
  const [header, ...rows] = recordsOf(csv, MAX_ROWS);
  if (!header || rows.length === 0) throw new Error('No transactions selected.');
  if (rows.length > MAX_ROWS) throw new Error(`The CSV has more than ${MAX_ROWS} transactions: divide it first.`);
  const columns = columnsOf(header);
  const at = columns.indexOf('client');
  if (at < 0) throw new Error('The header row has no column client, by which to divide the transactions.');
  const numbered = columns.includes('id');
  const groups = new Map<string, string[][]>();
  rows.forEach((cells, index) => {
    const client = cells[at]?.trim();
    if (!client) throw new Error(`Row ${index + 1} names no client.`);
    const group = groups.get(client) ?? [];
    group.push(numbered ? cells : [String(index + 1), ...cells]);
    groups.set(client, group);
  });
  const head = numbered ? header : ['id', ...header];
  return new Map(
    [...groups].map(([client, cells]) => [client, { csv: stringify([head, ...cells]), count: cells.length }]),
  );
}

/** Signs that other programs put between columns; commas are decimal points there. */
const OTHER_SEPARATORS: readonly [sign: string, name: string][] = [
  [';', 'semicolons'],
  ['\t', 'tabs'],
  ['|', 'bars'],
];

function refuseOtherSeparators(csv: string): void {
  const [head = ''] = csv.slice(0, 10_000).split(/[\r\n]/, 1);
  const other = OTHER_SEPARATORS.find(([sign]) => head.includes(sign));
  if (!other || head.replace(/"[^"]*"/g, '').includes(',')) return;
  throw new Error(`The columns are separated by ${other[1]}: save it with commas, and with points in the amounts.`);
}

function recordsOf(csv: string, limit = MAX_TRANSACTIONS): string[][] {
  refuseOtherSeparators(csv);
  try {
    // One more than may be: enough to know that there are too many.
    // Files that are put together from others have line ends of each.
    const record_delimiter = ['\r\n', '\n', '\r'];
    return parse(csv, {
      bom: true,
      record_delimiter,
      skip_empty_lines: true,
      to: limit + 2,
      max_record_size: 65_536,
    });
  } catch (error) {
    if (error instanceof CsvError) throw new Error(`The CSV cannot be read: ${error.message}.`);
    throw error;
  }
}

function rowOf(fields: Fields, number: number): StatementRow {
  const { id = String(number), client } = fields;
  if (id.length > LONGEST_ID) throw new Error(`The ID of row ${number} has more than ${LONGEST_ID} characters.`);
  return { id, ...(client && { client }), transaction: transactionOf(id, fields) };
}

function transactionOf(id: string, fields: Fields): Transaction | string {
  const { date, posted, card, description, category } = fields;
  try {
    if (!date) throw new Error('It has no date.');
    if (!description) throw new Error('It has no description.');
    if (description.length > LONGEST_DESCRIPTION) {
      throw new Error(`Its description has more than ${LONGEST_DESCRIPTION} characters.`);
    }
    if (description.includes(LOST) || category?.includes(LOST)) {
      throw new Error(`A letter of it is lost: it was decoded with the wrong character set before it came here.`);
    }
    return {
      id,
      date: readDay(date),
      ...(posted && { posted: readDay(posted) }),
      ...(card && { card }),
      description,
      amount: amountOf(fields),
      ...(category && { bankCategory: category }),
    };
  } catch (error) {
    return (error as Error).message;
  }
}

/** A dash where there is no amount. */
const NOTHING = /^[-\u2010-\u2015\u2212]+$/;

/** Debits are money that went out, whatever sign a bank gives them. Zero beside an amount says no more than nothing. */
function amountOf({ amount, debit, credit }: Fields): string {
  if (amount) return readAmount(amount);
  const [out, into] = [debit, credit].map((text) => (text && !NOTHING.test(text) ? readAmount(text) : undefined));
  if (out === undefined && into === undefined) throw new Error('It has no amount.');
  if (out !== undefined && into !== undefined && !isZero(out) && !isZero(into)) {
    throw new Error('It has both a debit and a credit.');
  }
  if (out === undefined || (into !== undefined && isZero(out))) return into as string;
  return out.startsWith('-') ? out : negated(out);
}
