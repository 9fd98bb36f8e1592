import { inParallel } from '../../parallel';
import type { BulkActionName, BulkChoice, BulkFilter, BulkTarget } from '../../protocol/bulk';
import { meantStates } from '../../protocol/operator';
import { creationTime } from '../../tasks/plain-schemas';
import type { TaskPage } from '../list/list';
import { needsScan, type TaskFilter } from '../list/list-query';
import { scanTasks } from '../list/scan-tasks';
import type { TaskView } from '../read/view';
import type { Gateway } from '../temporal/gateway';

/** What finding targets needs of the tasks' client. */
export interface TargetSource {
  look(taskId: string): Promise<TaskView | undefined>;
  list(request: { filter: TaskFilter; limit: number; cursor?: string }): Promise<TaskPage>;
}

const READS_AT_ONCE = 25;
const LIST_PAGE = 200;

/** Every task of a choice as it is now, once, in batches. A named task that is not there has no run. */
export async function* targetsOf(
  gateway: Gateway,
  source: TargetSource,
  { action, ids, filter = {} }: BulkChoice,
): AsyncGenerator<BulkTarget[]> {
  if (ids) {
    const views = await inParallel([...new Set(ids)], READS_AT_ONCE, async (id) => ({
      id,
      view: await source.look(id),
    }));
    yield views.map(({ id, view }) => (view ? targetOfView(view) : { id }));
    return;
  }
  const tasks = taskFilter(filter, action);
  const seen = new Set<string>();
  for await (const batch of needsScan(tasks) ? listed(source, tasks) : scanned(gateway, tasks)) {
    const fresh = batch.filter(({ id }) => !seen.has(id));
    for (const { id } of fresh) seen.add(id);
    yield fresh;
  }
}

/** Visibility knows these states. Of a task with several runs the current one comes first. */
async function* scanned(gateway: Gateway, filter: TaskFilter): AsyncGenerator<BulkTarget[]> {
  for await (const rows of scanTasks(gateway, filter)) {
    yield rows.map(({ id, runId, type, parking, fingerprint }) => ({
      id,
      runId,
      type,
      ...(parking && { parking: parking.number }),
      ...(fingerprint && { fingerprint }),
    }));
  }
}

async function* listed(source: TargetSource, filter: TaskFilter): AsyncGenerator<BulkTarget[]> {
  let cursor: string | undefined;
  do {
    const page = await source.list({ filter, limit: LIST_PAGE, ...(cursor !== undefined && { cursor }) });
    yield page.tasks.map(targetOfView);
    cursor = page.cursor;
  } while (cursor !== undefined);
}

function targetOfView({ id, runId, type, parking, failure }: TaskView): BulkTarget {
  const fingerprint = parking?.fingerprint ?? failure?.fingerprint;
  return { id, runId, type, ...(parking && { parking: parking.number }), ...(fingerprint && { fingerprint }) };
}

function taskFilter({ createdAfter, createdBefore, ...filter }: BulkFilter, action: BulkActionName): TaskFilter {
  return {
    ...filter,
    state: filter.state ?? meantStates(action),
    ...(createdAfter && { createdAfter: creationTime(new Date(createdAfter)) }),
    ...(createdBefore && { createdBefore: creationTime(new Date(createdBefore)) }),
  };
}
