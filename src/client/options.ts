import type { Client } from '@temporalio/client';
import type { ArtifactStore } from '../artifacts/store';
import type { AbsentType, Contract } from '../tasks/contract';
import type { CategoryOverrides } from '../tasks/policy-override';

export interface TaskClientOptions {
  client: Client;
  contracts: readonly Contract[];
  /** Task types that are not offered, and why: the answer to a submission says so. Defaults to none. */
  absent?: readonly AbsentType[];
  artifacts: ArtifactStore;
  /** Changes to the category policies. Defaults to none. */
  categories?: CategoryOverrides;
  /** Queues that a submission or a schedule may name: those that somebody serves. Defaults to any. */
  queues?: readonly string[];
  /** Queue of batches and bulk actions. Defaults to the one that all apps share. */
  controlQueue?: string;
  /** Longest time for one call to the server, in seconds. Defaults to 4. */
  deadline?: number;
  /** Days for which ended tasks are sure to be known: the monitor may delete them sooner than Temporal does. Defaults to 7. */
  keepDays?: number;
  /** Whether a worker of this process may take tasks right from the start's answer. Defaults to false. */
  eagerStart?: boolean;
  /** Where people find the dashboard, so that Temporal's Web UI can link to a task's page. Defaults to nowhere. */
  publicUrl?: string;
}
