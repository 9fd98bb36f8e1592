import type { z } from 'zod';
import type { Handler, HandlerContext } from '../../activities/attempt/handler';
import { StepBack } from '../../activities/attempt/step-back';
import { classify } from '../../activities/classify';
import { decodeText } from '../../tasks/decode-text';
import { FAILURE_CODES, TaskFailure } from '../../tasks/failures';
import { redactText } from '../../tasks/redact';
import type { TransactionAgent } from './agent';
import { type TransactionsProcessInput, transactionsOf, type transactionsProcess } from './contract';
import { ItemJournal, type Outcome } from './item-journal';
import { type Item, type Report, storeReport } from './report';
import { ruleAgent } from './rule-agent';
import { MAX_TRANSACTIONS, type StatementRow } from './statement/statement';
import { checkFinding } from './transaction';

/** Largest CSV file, in bytes: a kilobyte a transaction. */
const MAX_FILE_BYTES = 1024 * MAX_TRANSACTIONS;
/** Characters of a failure's list of IDs; the report has them all. */
const LONGEST_LIST = 500;
const LONGEST_ERROR = 500;

/** Troubles that are not of the one transaction: the attempt ends with them, and goes on from there next time. */
const NOT_OF_THE_ITEM = ['transient', 'external', 'configuration'];

type Output = Omit<z.input<typeof transactionsProcess.output>, 'artifacts'> & { artifacts: Report };

interface TransactionsProcessOptions {
  /** Finds out what each transaction is. Defaults to fixed rules. */
  readonly agent?: TransactionAgent;
}

/**
 * The handler of `transactions.process`: one transaction after the other, each outcome on the disk before the next one
 * is asked about, so that nothing that happens to a worker makes one be asked about again.
 */
export function createTransactionsProcess({
  agent = ruleAgent,
}: TransactionsProcessOptions = {}): Handler<typeof transactionsProcess> {
  return async (input, context) => {
    const rows = await readRows(input, context);
    return new Batch(input, context, agent, await ItemJournal.open(input, context)).run(rows);
  };
}

class Batch {
  private readonly items: Item[] = [];

  constructor(
    private readonly input: TransactionsProcessInput,
    private readonly context: HandlerContext,
    private readonly agent: TransactionAgent,
    private readonly journal: ItemJournal,
  ) {}

  async run(rows: readonly StatementRow[]): Promise<Output> {
    const { context, input, items, journal } = this;
    const total = rows.length;
    context.log.info('started', { client: input.client, operation: input.operation, transactions: total });
    for (const row of rows) {
      const number = items.length + 1;
      const outcome = journal.find(number, row) ?? (await this.process(number, row));
      items.push({ row, outcome });
      context.progress((100 * number) / total, `${number} of ${total}`);
    }
    return this.end();
  }

  private async process(number: number, row: StatementRow): Promise<Outcome> {
    const { context, journal } = this;
    await context.betweenItems();
    const outcome = await this.ask(number, row);
    // What cannot be read is found out again at no cost.
    if (typeof row.transaction !== 'string') await journal.add(number, row, outcome);
    if ('error' in outcome)
      context.log.warn(`transaction ${number} failed`, { transaction: row.id, error: outcome.error });
    else context.log.info(`transaction ${number} done`, { transaction: row.id });
    return outcome;
  }

  private async ask(number: number, row: StatementRow): Promise<Outcome> {
    const { transaction } = row;
    if (typeof transaction === 'string') return { error: transaction };
    const { client, operation } = this.input;
    const { signal, guard } = this.context;
    const request = { client, operation, signal, guard, effectKey: this.journal.effectKey(number, row) };
    try {
      const finding = checkFinding(operation, await this.agent.process(transaction, request));
      return { finding, method: this.agent.method };
    } catch (error) {
      signal.throwIfAborted();
      const { code, message } = classify(error);
      if (error instanceof StepBack || NOT_OF_THE_ITEM.includes(FAILURE_CODES[code].class)) throw error;
      return { error: redactText(message).slice(0, LONGEST_ERROR) };
    }
  }

  private async end(): Promise<Output> {
    const { items, context, input } = this;
    const artifacts = await storeReport(input, items, context.artifacts);
    const failed = items.filter(({ outcome }) => 'error' in outcome);
    context.log.info(`ended: ${items.length - failed.length} successful, ${failed.length} failed`);
    if (failed.length > 0) {
      await this.journal.report();
      throw partialFailure(items, failed, artifacts);
    }
    const { client, operation } = input;
    return {
      artifacts,
      client,
      operation,
      transactionCount: items.length,
      processedCount: items.length,
      errorCount: 0,
    };
  }
}

/** @throws TaskFailure before anything was done, when the CSV is not what the task is for. */
async function readRows(input: TransactionsProcessInput, { artifacts }: HandlerContext): Promise<StatementRow[]> {
  const { transactions } = input;
  const csv =
    'csv' in transactions ? transactions.csv : decoded(await artifacts.read(transactions.artifact, MAX_FILE_BYTES));
  try {
    return transactionsOf(csv, input);
  } catch (error) {
    throw new TaskFailure('PERMANENT_VALIDATION', (error as Error).message);
  }
}

function decoded(bytes: Buffer): string {
  try {
    return decodeText(bytes).text;
  } catch (error) {
    throw new TaskFailure('PERMANENT_VALIDATION', `The CSV cannot be read: ${(error as Error).message}.`);
  }
}

/** The rows' own faults need other rows; an agent's need another agent. */
function partialFailure(items: readonly Item[], failed: readonly Item[], artifacts: Output['artifacts']): TaskFailure {
  const ids = failed.map(({ row }) => row.id).join(', ');
  const list = ids.length > LONGEST_LIST ? `${ids.slice(0, LONGEST_LIST)}…` : ids;
  const good = items.length - failed.length;
  const message = `${failed.length} of ${items.length} transactions failed: ${list}. The other ${good} are saved; the artifacts csv and json tell of each.`;
  const unreadable = failed.every(({ row }) => typeof row.transaction === 'string');
  return new TaskFailure(unreadable ? 'PERMANENT_VALIDATION' : 'PERMANENT_LOGIC', message, undefined, { artifacts });
}
