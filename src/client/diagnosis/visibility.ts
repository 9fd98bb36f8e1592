import { setTimeout as sleep } from 'node:timers/promises';
import type { Gateway } from '../gateway';
import { firstRows, type ScannedRow } from '../scan';

/** A stock server allows ten calls a second for a whole namespace; dashboards and lists keep their share. */
const CALLS_A_SECOND = 8;
const GAP_MS = 1000 / CALLS_A_SECOND;
/** Counting a hundred thousand tasks may take a while, and a throttled call is tried again meanwhile. */
const CALL_SECONDS = 30;

/** What one call may bring: up to so many tasks are read, more are counted. */
export const MOST_READ = 1000;

/** Calls to Visibility that can wait their turn: at most eight a second, after a first eight at once. */
export class Visibility {
  private due = 0;

  constructor(private readonly gateway: Gateway) {}

  async count(query: string): Promise<number> {
    return (await this.call(() => this.gateway.client.workflow.count(query))).count;
  }

  /** The newest tasks of a query. @param limit At most {@link MOST_READ}. */
  async newest(query: string, limit: number): Promise<ScannedRow[]> {
    await this.turn();
    return firstRows(this.gateway, query, limit, CALL_SECONDS);
  }

  /** Any other call of the scarce kind. */
  async call<T>(work: () => Promise<T>): Promise<T> {
    await this.turn();
    return this.gateway.call(work, CALL_SECONDS);
  }

  private async turn(): Promise<void> {
    const now = Date.now();
    this.due = Math.max(this.due, now - 1000) + GAP_MS;
    if (this.due > now) await sleep(this.due - now);
  }
}
