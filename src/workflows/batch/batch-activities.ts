import { proxyActivities } from '@temporalio/workflow';
import type { BatchActivities } from '../../protocol/batch';

/** The server, the store or the workers may be away for a while; what is wrong for good ends the batch. */
export const batchActivities = proxyActivities<BatchActivities>({
  startToCloseTimeout: '1 h',
  heartbeatTimeout: '10 s',
  retry: { initialInterval: '1 s', maximumInterval: '30 s', maximumAttempts: 100 },
});
