import type { ArtifactStore } from '../../../artifacts/store';
import type { TaskView } from '../../../client/read/view';
import type { TaskClient } from '../../../client/task-client';

/** The attempt that hands work over, and what it does so with. */
export interface Parent {
  taskId: string;
  /** Whose the tasks are too, unless they say otherwise. */
  tenant?: string;
  /** The attempt runs inside the workflow's own turn. */
  inline: boolean;
  /** Aborted when the attempt shall end. */
  signal: AbortSignal;
  effectKey(step: string): string;
  tasks: TaskClient;
  artifacts: ArtifactStore;
  /** Tasks that this attempt has seen end, or wait for a person. */
  settled: Map<string, TaskView>;
}
