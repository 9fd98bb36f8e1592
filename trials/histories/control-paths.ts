import { alertPaths, earlyAlertPaths } from './alert-paths';
import { batchPaths, earlyBatchPaths } from './batch-paths';
import { breakerPaths } from './breaker-paths';
import { bulkPaths } from './bulk-paths';
import { monitorPaths } from './monitor-paths';
import type { Paths } from './path';

/** Paths through the workflows that are no tasks. */
export const controlPaths: Paths = { ...breakerPaths, ...bulkPaths, ...batchPaths, ...monitorPaths, ...alertPaths };

/** The same, on a server that suggests a new run early. */
export const earlyControlPaths: Paths = { ...earlyAlertPaths, ...earlyBatchPaths };
