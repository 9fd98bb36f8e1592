import type { HandlerContext } from '../../activities/attempt/handler';
import { payloadHash } from '../../tasks/keys';
import type { TransactionsProcessInput } from './contract';
import { transactionsProcess } from './contract';
import type { StatementRow } from './statement/statement';
import type { Finding } from './transaction';

/** What became of one transaction. */
export type Outcome = { finding: Finding; method: string } | { error: string };

/** One line of the journal: the outcome of a row, or that the failures so far have been reported. */
type Entry = ({ row: number; of: string } & Outcome) | { reported: true };

/**
 * What a task has done so far, transaction by transaction, in the artifact store: its attempts and redrives go on from
 * there. An outcome counts only for the very transaction and question that it was made for, so that a corrected input
 * runs what was corrected and nothing else.
 */
export class ItemJournal {
  private readonly outcomes = new Map<string, Outcome>();

  private constructor(
    private readonly input: TransactionsProcessInput,
    private readonly context: HandlerContext,
    private readonly name: string,
  ) {}

  static async open(input: TransactionsProcessInput, context: HandlerContext): Promise<ItemJournal> {
    const journal = new ItemJournal(input, context, context.effectKey('items'));
    for (const entry of await context.artifacts.readJournal(journal.name)) journal.take(entry as Entry);
    return journal;
  }

  /** The outcome of a row, if there is one. @param number From 1. */
  find(number: number, row: StatementRow): Outcome | undefined {
    return this.outcomes.get(key(number, this.identity(row)));
  }

  /** On the disk when it returns. */
  async add(number: number, row: StatementRow, outcome: Outcome): Promise<void> {
    const entry: Entry = { row: number, of: this.identity(row), ...outcome };
    await this.context.artifacts.appendJournal(this.name, entry);
    this.take(entry);
  }

  /** Whoever runs the task again from now on wants the failed ones tried again. */
  async report(): Promise<void> {
    const entry: Entry = { reported: true };
    await this.context.artifacts.appendJournal(this.name, entry);
    this.take(entry);
  }

  /** What an agent's receiver may know the question by. */
  effectKey(number: number, row: StatementRow): string {
    return this.context.effectKey(`item:${number}:${this.identity(row)}`);
  }

  private take(entry: Entry): void {
    if ('reported' in entry) {
      for (const [name, outcome] of this.outcomes) if ('error' in outcome) this.outcomes.delete(name);
      return;
    }
    const name = key(entry.row, entry.of);
    // Of two attempts that overlap, the first one to write stands.
    if (!this.outcomes.has(name)) this.outcomes.set(name, entry);
  }

  private identity({ transaction }: StatementRow): string {
    const { client, operation } = this.input;
    return payloadHash(transactionsProcess.type, { client, operation, transaction }).slice(0, 16);
  }
}

function key(row: number, of: string): string {
  return `${row}:${of}`;
}
