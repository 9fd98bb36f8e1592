import type { BatchActivities } from '../../../protocol/batch';
import type { BulkResources } from '../bulk/resources';
import { cancelMembers } from './cancel';
import { submitEndTask } from './end-task';
import { lookAtMembers } from './look';
import { submitMembers } from './submit';

/** The activities of batches, for the control queue. */
export function createBatchActivities(resources: BulkResources): BatchActivities {
  return {
    submitMembers: (slice) => submitMembers(resources, slice),
    submitEndTask: (order) => submitEndTask(resources, order),
    lookAtMembers: (known) => lookAtMembers(resources, known),
    cancelMembers: (indexes) => cancelMembers(resources, indexes),
  };
}
