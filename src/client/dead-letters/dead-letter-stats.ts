import { FAILURE_CLASSES, type FailureClass, type FailureOutcome, SEARCH_ATTRIBUTES } from '../../protocol/task';
import type { Gateway } from '../temporal/gateway';

/** What became of tasks that failed at least once. Runs are counted: a failed task that was redriven counts for each. */
interface FailureCounts {
  /** Those that ended within the window, and those that are open now. */
  failures: number;
  /** Completed, by another attempt or by a redrive of the dead letter. */
  recovered: number;
  /** Completed on an operator's word. */
  recoveredByHand: number;
  /** Failed: no redrive was left, or somebody said so. */
  abandoned: number;
  cancelled: number;
  /** Open now, whenever they failed: parked, or running again. */
  pending: number;
  /** `recovered` as a share, 0 to 1, of all that completed or failed; absent when none did. */
  recoveryRate?: number;
}

export interface DeadLetterStats extends FailureCounts {
  hours: number;
  byClass: Record<FailureClass, number>;
  /** Present when asked for: types with failures only. */
  byType?: Record<string, FailureCounts>;
}

const { failureClass, failureOutcome } = SEARCH_ATTRIBUTES;
const BY_ITSELF: readonly FailureOutcome[] = ['retried', 'redriven'];

/** Counts failures of a window, in hours, by Visibility's own counts. @param types Task types to count apart. */
export async function readDeadLetterStats(
  gateway: Gateway,
  hours: number,
  types: readonly string[] = [],
): Promise<DeadLetterStats> {
  const from = new Date(Date.now() - hours * 3_600_000).toISOString();
  const failed = `(ExecutionStatus = 'Running' OR CloseTime >= '${from}')`;
  const all = await countFailures(gateway, `${failureClass} IS NOT NULL AND ${failed}`);
  const byClass = {} as Record<FailureClass, number>;
  for (const name of FAILURE_CLASSES) {
    byClass[name] = sum(await byStatus(gateway, `${failureClass} = '${name}' AND ${failed}`));
  }
  const byType: Record<string, FailureCounts> = {};
  for (const type of types) {
    const counts = await countFailures(
      gateway,
      `WorkflowType = '${type}' AND ${failureClass} IS NOT NULL AND ${failed}`,
    );
    if (counts.failures > 0) byType[type] = counts;
  }
  return { hours, ...all, byClass, ...(types.length > 0 && { byType }) };
}

async function countFailures(gateway: Gateway, query: string): Promise<FailureCounts> {
  const statuses = await byStatus(gateway, query);
  const healed = BY_ITSELF.map((outcome) => `'${outcome}'`).join(', ');
  const byItself = await byStatus(gateway, `${query} AND ${failureOutcome} IN (${healed})`);
  const { Completed: completed = 0, Canceled: cancelled = 0, Running: pending = 0 } = statuses;
  const { Completed: recovered = 0 } = byItself;
  const abandoned = (statuses.Failed ?? 0) + (statuses.Terminated ?? 0) + (statuses.TimedOut ?? 0);
  return {
    failures: completed + cancelled + pending + abandoned,
    recovered,
    recoveredByHand: completed - recovered,
    abandoned,
    cancelled,
    pending,
    ...(completed + abandoned > 0 && { recoveryRate: recovered / (completed + abandoned) }),
  };
}

async function byStatus(gateway: Gateway, query: string): Promise<Record<string, number>> {
  const { groups } = await gateway.call(() => gateway.client.workflow.count(`${query} GROUP BY ExecutionStatus`));
  return Object.fromEntries(groups.map(({ count, groupValues }) => [String(groupValues[0]), count]));
}

function sum({ ContinuedAsNew: _goesOn, ...counts }: Record<string, number>): number {
  return Object.values(counts).reduce((total, count) => total + count, 0);
}
