import type { TransactionAgent } from '../../src/catalogue/transactions-process/agent';
import { ruleAgent } from '../../src/catalogue/transactions-process/rule-agent';

const SHOPS = ['SQ *BLUE BOTTLE COFFEE OAKLAND CA', 'OFFICE DEPOT #1079 COLUMBUS OH', 'SHELL OIL 57442190004 RENO NV'];

/** A statement of so many transactions, with the IDs t1, t2, … */
export function statementOf(count: number): string {
  const rows = Array.from({ length: count }, (_, index) => {
    const day = `2026-01-${String((index % 28) + 1).padStart(2, '0')}`;
    return `t${index + 1},${day},${SHOPS[index % SHOPS.length]},-${index + 1}.50`;
  });
  return ['id,date,description,amount', ...rows].join('\n');
}

/** Rules that a test can watch, hold up, and make fail. */
export class WatchedAgent implements TransactionAgent {
  readonly method = 'watched';
  /** IDs in the order in which they were asked about. */
  readonly asked: string[] = [];
  /** What to do before the answer, by ID. */
  readonly before = new Map<string, (signal: AbortSignal) => unknown>();

  process: TransactionAgent['process'] = async (transaction, request) => {
    this.asked.push(transaction.id);
    await this.before.get(transaction.id)?.(request.signal);
    return ruleAgent.process(transaction, request);
  };

  fail(...ids: string[]): void {
    for (const id of ids) {
      this.before.set(id, () => {
        throw new Error(`no idea about ${id}`);
      });
    }
  }
}

/** Holds up whoever waits for it, until it is opened. */
export class Gate {
  open: () => void = () => undefined;
  reached = false;
  private readonly opened = new Promise<void>((resolve) => {
    this.open = resolve;
  });

  async pass(): Promise<void> {
    this.reached = true;
    await this.opened;
  }
}
