import { z } from 'zod';
import { artifactHash, artifactRef } from '../../tasks/artifact-schema';
import { defineContract } from '../../tasks/contract';
import { MAX_INLINE_BYTES } from '../shared/inline-bytes';
import { MAX_TRANSACTIONS, readStatement, type StatementRow } from './statement/statement';
import { OPERATIONS, type Operation } from './transaction';

const WHAT: Record<Operation, string> = {
  'payee-lookup': 'payee lookup',
  classification: 'classification',
  both: 'payee lookup and classification',
};

const input = z
  .strictObject({
    client: z
      .string()
      .trim()
      .min(1, 'names no client')
      .max(100)
      .describe('Whose transactions these are: one client a task.'),
    transactions: z
      .union(
        [
          z.strictObject({ artifact: artifactHash.describe('Hash of an uploaded CSV file.') }),
          z.strictObject({
            csv: z
              .string()
              .refine((text) => Buffer.byteLength(text) <= MAX_INLINE_BYTES, {
                error: `holds more than ${MAX_INLINE_BYTES} bytes: upload the file instead`,
              })
              .describe(`The CSV itself, at most ${MAX_INLINE_BYTES} bytes.`),
          }),
        ],
        { error: 'must be {"artifact": "sha256:…"} or {"csv": "…"}, not both' },
      )
      .describe(
        `The transactions: CSV with a header row that names date, description and amount (or debit and credit), and at most ${MAX_TRANSACTIONS} rows.`,
      ),
    operation: z
      .enum(OPERATIONS)
      .default('both')
      .describe('What to find out about each: payee-lookup, classification or both. Defaults to both.'),
    count: z
      .int()
      .min(1)
      .max(MAX_TRANSACTIONS)
      .optional()
      .describe('How many transactions there should be; another number is refused. Defaults to whatever is there.'),
  })
  .superRefine((value, context) => {
    if (!('csv' in value.transactions)) return;
    try {
      transactionsOf(value.transactions.csv, value);
    } catch (error) {
      context.addIssue({ code: 'custom', path: ['transactions', 'csv'], message: (error as Error).message });
    }
  });

const output = z.strictObject({
  artifacts: z.strictObject({ csv: artifactRef, json: artifactRef }),
  client: z.string(),
  operation: z.enum(OPERATIONS),
  transactionCount: z.int().min(1),
  processedCount: z.int().min(1),
  errorCount: z.literal(0).describe('A task in which a transaction failed has no result: it fails.'),
});

export const transactionsProcess = defineContract({
  type: 'transactions.process',
  summary: "Finds payee, kind and tax category of one client's bank transactions.",
  category: 'default',
  input,
  output,
  // An agent that asks a model may take a second for each of ten thousand; what is done stays done.
  policy: { firstDelay: 2, cap: 60, timeout: 6 * 3600 },
  describe: ({ client, transactions, operation, count }) => {
    const known = 'csv' in transactions ? readStatement(transactions.csv).length : count;
    const howMany = known === undefined ? 'the uploaded transactions' : `${known} transaction${known === 1 ? '' : 's'}`;
    return `Batch ${WHAT[operation]} for ${howMany} of ${client}`;
  },
  example: {
    client: 'Acme Corp',
    transactions: {
      csv: [
        'Transaction Date,Posted Date,Card No.,Description,Category,Debit,Credit',
        '2026-01-05,2026-01-06,4412,OFFICE DEPOT #1079 COLUMBUS OH,Merchandise,45.67,',
        '2026-01-09,2026-01-09,4412,SQ *BLUE BOTTLE COFFEE OAKLAND CA,Dining,6.50,',
      ].join('\n'),
    },
  },
});

export type TransactionsProcessInput = z.output<typeof input>;

/** The rows of a task's statement. @throws Error when it is none, names another client or has another number of rows. */
export function transactionsOf(
  csv: string,
  { client, count }: Pick<TransactionsProcessInput, 'client' | 'count'>,
): StatementRow[] {
  const rows = readStatement(csv);
  const others = new Set(rows.map((row) => row.client ?? client).filter((name) => name !== client));
  if (others.size > 0) {
    const names = [...others].slice(0, 5).join(', ');
    throw new Error(`The CSV has transactions of ${names} besides those of ${client}: one task takes one client.`);
  }
  if (count !== undefined && rows.length !== count) {
    throw new Error(`The CSV has ${rows.length} transactions; there should be ${count}.`);
  }
  return rows;
}
