import { TaskClient } from '../../src/client/task-client';
import type { Contract } from '../../src/tasks/contract';
import type { Harness } from './harness';

/** A client of the harness's server for task types of the test's own. Test machines are slow: its deadline is generous. */
export function tasksOf({ temporal: client, artifacts }: Harness, contracts: readonly Contract[]): TaskClient {
  return new TaskClient({ client, contracts, artifacts, deadline: 10 });
}
