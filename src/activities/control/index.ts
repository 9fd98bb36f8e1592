import { createBatchActivities } from './batch';
import { createBulkActivities } from './bulk';
import type { BulkResources } from './bulk/resources';

/** The activities of the control queue's workflows: what they do to the world outside. */
export function createControlActivities(
  resources: BulkResources,
): Record<string, (...args: never[]) => Promise<unknown>> {
  return { ...createBulkActivities(resources), ...createBatchActivities(resources) };
}
