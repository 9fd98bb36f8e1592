import type { LocalArtifactStore } from '../../artifacts/local-store';
import type { Gateway } from '../../client/temporal/gateway';
import { patiently } from '../../client/temporal/visibility-rate';
import { unservedQueues } from '../../client/workers/unserved';
import type { MonitorActivities } from '../../protocol/monitor';
import { cleanUp } from './cleaning';
import { deleteEnded, type Keep } from './deletion';
import { Healthy } from './healthy';
import { expireOverdue, type OverdueOptions } from './overdue';
import { findWorkflowTaskFailures } from './workflow-task-failures';

export interface MonitorResources {
  gateway: Gateway;
  artifacts: LocalArtifactStore;
  /** Every queue that a policy names. */
  queues: readonly string[];
  /** Days for which ended tasks stay, and files that nobody has used. */
  keep: Keep & { artifacts: number };
  /** Removes what dead processes of task types left on this host before a time. @returns How many folders. */
  cleanHost(before: Date): Promise<number>;
  /** How overdue tasks are dealt with. Defaults to 20 s of grace and 30 s of patience. */
  overdue?: OverdueOptions;
}

const OVERDUE: OverdueOptions = { grace: 20, patience: 30 };

/** What the monitor does to the world outside: one activity for each of its concerns. */
export function createMonitorActivities(resources: MonitorResources): MonitorActivities {
  const { gateway, artifacts, queues, keep, overdue = OVERDUE } = resources;
  const healthy = new Healthy();
  return {
    expireOverdue: () => patiently(() => expireOverdue(gateway, overdue, healthy)),
    findUnserved: () => patiently(() => unservedQueues(gateway, queues)),
    findWorkflowTaskFailures: () => patiently(() => findWorkflowTaskFailures(gateway)),
    deleteEnded: () => patiently(() => deleteEnded(gateway, artifacts, keep)),
    cleanUp: () => patiently(() => cleanUp(resources)),
  };
}
