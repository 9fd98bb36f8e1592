import type { HandlerContext } from '../../activities/attempt/handler';
import type { Transaction } from './statement/statement';
import type { Finding, Operation } from './transaction';

/** What an agent is asked, besides the transaction. */
interface AgentRequest {
  readonly operation: Operation;
  readonly client: string;
  /**
   * The same for every repeat of this question. The one transaction that was in flight when a worker died is asked
   * about again: a receiver that keeps to the key answers it as before and counts it once.
   */
  readonly effectKey: string;
  readonly signal: AbortSignal;
  /** For calls to something outside, such as a model's service. */
  readonly guard: HandlerContext['guard'];
}

/**
 * Finds out what a transaction is. One that throws fails that transaction, and the next one is asked about; unless
 * what it throws says that the trouble lies elsewhere (network, rate limit, credentials): then the attempt ends and is
 * repeated by the policy from this transaction on.
 */
export interface TransactionAgent {
  /** How it works, in short: given with each of its findings. */
  readonly method: string;
  process(transaction: Transaction, request: AgentRequest): Promise<Finding>;
}
