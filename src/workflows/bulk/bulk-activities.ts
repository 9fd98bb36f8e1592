import { ActivityCancellationType, proxyActivities } from '@temporalio/workflow';
import type { BulkActivities, BulkOrder, BulkSlice, BulkTally } from '../../protocol/bulk';

/** The server, the store or the workers may be away for a while; what is wrong for good ends the bulk action. */
const common = {
  heartbeatTimeout: '10 s',
  retry: { initialInterval: '1 s', maximumInterval: '30 s', maximumAttempts: 100 },
  // What was begun is written to the report before the bulk action ends.
  cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
} as const;

export const { lookForTargets: lookFor, watchTargets: watch } = proxyActivities<BulkActivities>({
  ...common,
  startToCloseTimeout: '1 day',
});

/** Passes the message on to a slice of the tasks. */
export function actOn({ action, message, rate }: BulkOrder, slice: BulkSlice): Promise<BulkTally> {
  const { actOnTargets } = proxyActivities<BulkActivities>({
    ...common,
    startToCloseTimeout: '1 day',
    summary: `tasks ${slice.from + 1} to ${slice.to}`,
  });
  return actOnTargets({ action, message, rate, ...slice });
}
