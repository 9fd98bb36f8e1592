import type { BulkActivities } from '../../../protocol/bulk';
import { actOnTargets } from './act';
import { lookForTargets } from './look';
import type { BulkResources } from './resources';
import { watchTargets } from './watch';

/** The activities of bulk actions, for the control queue. */
export function createBulkActivities(resources: BulkResources): BulkActivities {
  return {
    lookForTargets: (choice) => lookForTargets(resources, choice),
    actOnTargets: (slice) => actOnTargets(resources, slice),
    watchTargets: (slice) => watchTargets(resources, slice),
  };
}
