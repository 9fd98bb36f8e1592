import { firstRows, type ScannedRow } from '../list/scan';
import type { Gateway } from '../temporal/gateway';
import { patiently } from '../temporal/visibility-rate';

/** Counting a hundred thousand tasks may take a while, and a throttled call is tried again meanwhile. */
const CALL_SECONDS = 30;

/** What one call may bring: up to so many tasks are read, more are counted. */
export const MOST_READ = 1000;

/** Calls to Visibility that can wait their turn: those of lists and dashboards go first. */
export class Visibility {
  constructor(private readonly gateway: Gateway) {}

  async count(query: string): Promise<number> {
    return (await this.call(() => this.gateway.client.workflow.count(query))).count;
  }

  /** The newest tasks of a query. @param limit At most {@link MOST_READ}. */
  async newest(query: string, limit: number): Promise<ScannedRow[]> {
    return patiently(() => firstRows(this.gateway, query, limit, CALL_SECONDS));
  }

  /** Any other call of the scarce kind. */
  async call<T>(work: () => Promise<T>): Promise<T> {
    return patiently(() => this.gateway.call(work, CALL_SECONDS));
  }
}
