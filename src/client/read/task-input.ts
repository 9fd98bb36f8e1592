import { HoldfastError } from '../../errors';
import type { Policy } from '../../protocol/task';
import type { TaskFacts } from '../../tasks/state';
import type { Gateway } from '../temporal/gateway';
import { readLastFailure } from './last-failure';
import { readStart } from './timeline';

/** What a task's next attempt would be given. */
export interface TaskInput {
  taskId: string;
  type: string;
  generation: string;
  /** On whose behalf. */
  tenant?: string;
  /** That of the last attempt, corrections included; a large one is a reference, which `loadIfStored` follows. */
  input: unknown;
  policy: Policy;
  /** Its number; 1 for the first. */
  attempt: number;
  idempotent: boolean;
  /** What the running round of attempts has saved. A round that has ended leaves nothing to the next one. */
  checkpoint?: unknown;
}

/**
 * Reads it from the history of the task's last run.
 * @param attempts Attempts that there were so far.
 * @throws HoldfastError `task-not-found` when the history is gone.
 */
export async function readTaskInput(gateway: Gateway, facts: TaskFacts, attempts: number): Promise<TaskInput> {
  const { taskId, runId, handler } = facts;
  const start = await readStart(gateway, taskId, runId);
  if (!start) throw new HoldfastError('task-not-found', `The history of task ${taskId} is gone.`, { taskId });
  const { input = start.input } = await readLastFailure(gateway, taskId, runId);
  const { type, generation, policy, idempotent } = start;
  const checkpoint = handler?.heartbeat?.checkpoint;
  const known = { taskId, type, generation, input, policy, idempotent, attempt: attempts + 1 };
  const { tenant } = facts.memo;
  return { ...known, ...(tenant !== undefined && { tenant }), ...(checkpoint !== undefined && { checkpoint }) };
}
