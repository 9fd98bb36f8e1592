import { inParallel } from '../../parallel';
import { SEARCH_ATTRIBUTES } from '../../protocol/task';
import type { Visibility } from '../diagnosis/visibility';
import type { TaskReader } from '../read/reader';
import { type TaskView, viewOf } from '../read/view';
import { createdFirst } from './created-first';
import { quote } from './list-query';

/** Most open tasks that are looked at. */
const MOST_LOOKED_AT = 200;
const DESCRIBES_AT_ONCE = 25;

/** Running tasks, as far as they were found. */
export interface RunningTasks {
  tasks: TaskView[];
  /** True when there are more open tasks than were looked at. */
  partial: boolean;
  scanned: number;
}

/**
 * The running tasks of some queues. No index knows them: of the open tasks that are not parked and do not wait
 * for their time, those that were submitted first are looked at one by one, since these get the places first.
 */
export async function readRunning(
  reader: TaskReader,
  visibility: Visibility,
  queues: readonly string[],
): Promise<RunningTasks> {
  if (queues.length === 0) return { tasks: [], partial: false, scanned: 0 };
  const { state, category } = SEARCH_ATTRIBUTES;
  const open = `${category} IS NOT NULL AND ExecutionStatus = 'Running'`;
  // One that runs although it shall pause afterwards is recorded as paused.
  const query = `${open} AND (${state} IS NULL OR ${state} = 'paused') AND TaskQueue IN (${queues.map(quote).join(', ')})`;
  const count = (part: string) => visibility.count(part);
  const total = await count(query);
  const few = total > MOST_LOOKED_AT ? await createdFirst(count, query, MOST_LOOKED_AT, MOST_LOOKED_AT / 2) : query;
  const rows = await visibility.newest(few, MOST_LOOKED_AT);
  const views = await inParallel(rows, DESCRIBES_AT_ONCE, async ({ id, runId }) => {
    const facts = await reader.facts(id);
    return facts?.runId === runId ? viewOf(facts, {}, new Date()) : undefined;
  });
  const tasks = views.filter((view): view is TaskView => view?.state === 'running');
  return { tasks, partial: total > rows.length, scanned: rows.length };
}
