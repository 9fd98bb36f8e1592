import type { ArtifactStore } from '../../../artifacts/store';
import type { TaskClient } from '../../../client/task-client';

/** What the activities of bulk actions work with. */
export interface BulkResources {
  tasks: TaskClient;
  artifacts: ArtifactStore;
}
