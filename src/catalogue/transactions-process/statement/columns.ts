/** What a statement may tell of a transaction. */
export type Column =
  | 'id'
  | 'client'
  | 'date'
  | 'posted'
  | 'card'
  | 'description'
  | 'category'
  | 'amount'
  | 'debit'
  | 'credit';

/** Headers as banks write them, in lower case without punctuation. */
const HEADERS: Record<Column, readonly string[]> = {
  id: ['id', 'transaction id'],
  client: ['client', 'client name'],
  date: ['date', 'transaction date', 'trans date'],
  posted: ['posted', 'posted date', 'post date', 'posting date'],
  card: ['card', 'card no', 'card number'],
  description: ['description', 'transaction description', 'payee', 'merchant'],
  category: ['category'],
  amount: ['amount'],
  debit: ['debit', 'debit amount'],
  credit: ['credit', 'credit amount'],
};

const COLUMN_OF = new Map(
  Object.entries(HEADERS).flatMap(([column, headers]) => headers.map((header) => [header, column as Column])),
);

/**
 * Which column of a statement says what; `undefined` for one that is not looked at.
 * @throws Error that names what is missing, or there twice.
 */
export function columnsOf(header: readonly string[]): (Column | undefined)[] {
  const columns = header.map((name) => COLUMN_OF.get(plain(name)));
  const known = columns.filter((column) => column !== undefined);
  const twice = known.find((column, index) => known.indexOf(column) !== index);
  if (twice) throw new Error(`The header has the column ${twice} twice.`);
  const missing = [
    ...(['date', 'description'] as const).filter((column) => !known.includes(column)),
    ...(['amount', 'debit', 'credit'].some((column) => known.includes(column as Column))
      ? []
      : ['amount (or debit, credit)']),
  ];
  if (missing.length > 0) {
    throw new Error(`The header row has no column ${missing.join(', ')}. It has: ${header.join(', ') || 'nothing'}.`);
  }
  if (known.includes('amount') && (known.includes('debit') || known.includes('credit'))) {
    throw new Error('The header has both amount and debit or credit: leave one of them out.');
  }
  return columns;
}

function plain(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^a-z]+/g, ' ')
    .trim();
}
