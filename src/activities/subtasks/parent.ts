import type { ArtifactStore } from '../../artifacts/store';
import type { TaskClient } from '../../client/task-client';

/** The attempt that hands work over, and what it does so with. */
export interface Parent {
  taskId: string;
  /** The attempt runs inside the workflow's own turn. */
  inline: boolean;
  /** Aborted when the attempt shall end. */
  signal: AbortSignal;
  effectKey(step: string): string;
  tasks: TaskClient;
  artifacts: ArtifactStore;
}
