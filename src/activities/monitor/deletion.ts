import { setTimeout as sleep } from 'node:timers/promises';
import type { KeptArtifactStore } from '../../artifacts/store';
import { certainFacts } from '../../client/list/row-facts';
import { type RawRow, rawPages } from '../../client/list/scan';
import { factsOf } from '../../client/read/facts';
import { windowEnd } from '../../client/submit/window';
import type { Gateway } from '../../client/temporal/gateway';
import { inParallel } from '../../parallel';
import type { Deleted } from '../../protocol/monitor';
import { SEARCH_ATTRIBUTES } from '../../protocol/task';
import type { RunStatus, TaskFacts } from '../../tasks/state';
import { pulse } from './pulse';

/** Days for which ended tasks stay; cancelled ones as long as completed ones. */
export interface Keep {
  completed: number;
  failed: number;
}

const DAY_MS = 86_400_000;
/** At most this many a second: deleting is never urgent, and submissions share the server. */
const DELETIONS_A_SECOND = 200;
/** Those of a tenth of a second: a second's worth at once would hold up everybody else. */
const DELETIONS_AT_ONCE = DELETIONS_A_SECOND / 10;
/** A pass ends here and leaves the rest to the next one, in milliseconds. */
const BUDGET_MS = 8 * 60_000;

const ENDS: Record<keyof Deleted, string> = {
  completed: "ExecutionStatus = 'Completed'",
  failed: "ExecutionStatus IN ('Failed', 'Terminated', 'TimedOut')",
  cancelled: "ExecutionStatus = 'Canceled'",
};

const ENDED_AS: Partial<Record<RunStatus, keyof Deleted>> = {
  completed: 'completed',
  failed: 'failed',
  terminated: 'failed',
  'timed-out': 'failed',
  cancelled: 'cancelled',
};

/**
 * Deletes ended tasks whose own retention is over, run by run. A task stays whole while its key still
 * answers, and while a later run of it is open or has its day. What Temporal's retention deletes by itself,
 * it deletes without this.
 */
export async function deleteEnded(gateway: Gateway, store: KeptArtifactStore, keep: Keep): Promise<Deleted> {
  const until = Date.now() + BUDGET_MS;
  const deleted: Deleted = { completed: 0, failed: 0, cancelled: 0 };
  for (const end of ['completed', 'cancelled', 'failed'] as const) {
    const before = new Date(Date.now() - daysOf(keep, end) * DAY_MS).toISOString();
    const query = `${SEARCH_ATTRIBUTES.category} IS NOT NULL AND ${ENDS[end]} AND CloseTime < '${before}'`;
    for await (const rows of rawPages(gateway, query)) {
      for (let next = 0; next < rows.length; next += DELETIONS_AT_ONCE) {
        if (Date.now() > until) return deleted;
        const pause = sleep(100);
        const batch = rows.slice(next, next + DELETIONS_AT_ONCE);
        const done = await inParallel(batch, DELETIONS_AT_ONCE, (row) => deleteIfDue(gateway, store, keep, row));
        const count = done.filter(Boolean).length;
        deleted[end] += count;
        if (count > 0) await pause;
      }
    }
  }
  return deleted;
}

async function deleteIfDue(gateway: Gateway, store: KeptArtifactStore, keep: Keep, row: RawRow): Promise<boolean> {
  pulse();
  const { workflowId: taskId = '', runId = '' } = (row.execution ?? {}) as { workflowId?: string; runId?: string };
  // Most tasks have completed without a key: their row says all of it, and they cost one call each.
  const current = (await certainFacts(gateway, row)) ?? (await factsOfRun(gateway, taskId));
  // Most tasks have one run, which one description covers.
  const run = current?.runId === runId ? current : await factsOfRun(gateway, taskId, runId);
  if (!run || !isDue(run, keep)) return false;
  // A later run of the same generation is the same task, redriven; of another one, the key was used anew.
  const goesOn = current && current.runId !== runId && current.memo.generation === run.memo.generation;
  if (goesOn && !isDue(current, keep)) return false;
  const { namespace, service } = gateway;
  const workflowExecution = { workflowId: taskId, runId };
  const gone = await gateway.find(() => service.deleteWorkflowExecution({ namespace, workflowExecution }));
  if (gone && (!current || current.runId === runId)) await store.housekeeping.removeTextsOf(taskId);
  return gone !== undefined;
}

/** Visibility lags: the run's own description decides. */
function isDue(facts: TaskFacts, keep: Keep): boolean {
  const end = ENDED_AS[facts.status];
  if (!end || !facts.closedAt) return false;
  const now = Date.now();
  return Date.parse(facts.closedAt) + daysOf(keep, end) * DAY_MS < now && Date.parse(windowEnd(facts) ?? '') < now;
}

function daysOf(keep: Keep, end: keyof Deleted): number {
  return end === 'failed' ? keep.failed : keep.completed;
}

async function factsOfRun(gateway: Gateway, taskId: string, runId?: string): Promise<TaskFacts | undefined> {
  const { client } = gateway;
  const description = await gateway.find(() => client.workflow.getHandle(taskId, runId).describe());
  return description && factsOf(description, client.options.loadedDataConverter);
}
