import type { UnservedQueue } from '../../protocol/monitor';
import { SEARCH_ATTRIBUTES } from '../../protocol/task';
import { type TaskFilter, visibilityQuery } from '../list/list-query';
import type { Gateway } from '../temporal/gateway';
import { unservedQueues } from '../workers/unserved';

/** The codes of tasks that an operator ended: nobody needs to be told. */
const BY_OPERATOR = `${SEARCH_ATTRIBUTES.failureCode} IN ('ABANDONED', 'FAILED_BY_OPERATOR')`;

/** Runs that ended in a span of time. */
export interface EndedRuns {
  ended: number;
  failed: number;
}

/** Numbers that alerts are judged by, as Visibility counts them: exact, lagging by a moment. */
export class AlertFacts {
  constructor(private readonly gateway: Gateway) {}

  /** Tasks that are dead-lettered now. */
  async deadLetters(filter: Pick<TaskFilter, 'category' | 'type' | 'fingerprint'> = {}): Promise<number> {
    return this.count(visibilityQuery({ ...filter, state: ['dead-lettered'] }));
  }

  /** Critical tasks that were given up since then, other than by an operator. */
  async criticalAbandoned(since: Date): Promise<number> {
    const query = visibilityQuery({ category: 'critical', state: ['failed'], failureOutcome: 'abandoned' });
    return this.count(`${query} AND NOT ${BY_OPERATOR} AND ${closedIn(since)}`);
  }

  /** Whether any task has failed since then: one look that spares one at each type. */
  async anyFailed(since: Date): Promise<boolean> {
    return (await this.count(`${visibilityQuery({ state: ['failed'] })} AND ${closedIn(since)}`)) > 0;
  }

  /** How the runs of a type ended that did so from `since` until before `until`. Cancelled ones do not count. */
  async ended(type: string, since: Date, until: Date): Promise<EndedRuns> {
    const of = async (state: 'completed' | 'failed') =>
      this.count(`${visibilityQuery({ type, state: [state] })} AND ${closedIn(since, until)}`);
    const failed = await of('failed');
    return { ended: failed + (await of('completed')), failed };
  }

  /** Queues in which work waits that no worker polls. @param catalogue Every queue that a policy names. */
  async deserted(catalogue: readonly string[]): Promise<UnservedQueue[]> {
    return (await unservedQueues(this.gateway, catalogue)).filter(({ backlog }) => backlog > 0);
  }

  private async count(query: string): Promise<number> {
    return (await this.gateway.call(() => this.gateway.client.workflow.count(query))).count;
  }
}

function closedIn(since: Date, until?: Date): string {
  const end = until ? ` AND CloseTime < '${until.toISOString()}'` : '';
  return `CloseTime >= '${since.toISOString()}'${end}`;
}
