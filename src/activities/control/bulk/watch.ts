import { Context } from '@temporalio/activity';
import { BulkReport } from '../../../client/bulk/bulk-report';
import type { TaskView } from '../../../client/read/view';
import type { TaskClient } from '../../../client/task-client';
import { HoldfastError } from '../../../errors';
import { inParallel } from '../../../parallel';
import type { BulkActivities, BulkEvidence, BulkTarget } from '../../../protocol/bulk';
import { isOpen } from '../../../tasks/state';
import type { BulkResources } from './resources';
import { bulkIdOf, pause, withLifeSigns } from './steps';

type Slice = Parameters<BulkActivities['watchTargets']>[0];
type Fate = 'completed' | 'cameBack' | 'ended';

const LOOK_EVERY_MS = 1000;
const READS_AT_ONCE = 10;

/** Waits until the tasks that were acted on have completed, failed or been parked again, or the time is over. */
export async function watchTargets({ tasks, artifacts }: BulkResources, slice: Slice): Promise<BulkEvidence> {
  const context = Context.current();
  return withLifeSigns(context, async () => {
    const evidence: BulkEvidence = { completed: 0, cameBack: 0, ended: 0, undecided: 0 };
    let open = await actedOn(new BulkReport(artifacts, bulkIdOf(context)), slice);
    for (;;) {
      const fates = await inParallel(open, READS_AT_ONCE, (target) => fateOf(tasks, target));
      for (const [index, fate] of fates.entries()) {
        if (!fate) continue;
        evidence[fate]++;
        if (fate === 'cameBack') evidence.example ??= open[index]?.id ?? '';
      }
      open = open.filter((_, index) => !fates[index]);
      const left = Date.parse(slice.until) - Date.now();
      if (open.length === 0 || left <= 0) return { ...evidence, undecided: open.length };
      if (!(await pause(Math.min(left, LOOK_EVERY_MS), context.cancellationSignal))) {
        throw context.cancellationSignal.reason;
      }
    }
  });
}

async function actedOn(report: BulkReport, { snapshot, from, to }: Slice): Promise<BulkTarget[]> {
  const targets = await report.targets(snapshot);
  const done: BulkTarget[] = [];
  for await (const lines of report.lines(from)) {
    for (const { index, outcome } of lines) {
      const target = targets[index];
      if (target && outcome === 'done' && index >= from && index < to) done.push(target);
    }
  }
  return done;
}

/** What became of a task since; nothing yet while it is open, or has not taken note of the message. */
async function fateOf(tasks: TaskClient, target: BulkTarget): Promise<Fate | undefined> {
  const view = await find(tasks, target.id);
  if (!view) return 'ended';
  const { state, runId, parking, failure } = view;
  if (state === 'completed') return 'completed';
  if (isOpen(state) && state !== 'dead-lettered') return undefined;
  const asBefore = runId === target.runId && parking?.number === target.parking;
  if (asBefore) return undefined;
  return failure?.fingerprint === target.fingerprint ? 'cameBack' : 'ended';
}

async function find(tasks: TaskClient, taskId: string): Promise<TaskView | undefined> {
  try {
    return await tasks.read(taskId);
  } catch (error) {
    if (error instanceof HoldfastError && error.code === 'task-not-found') return undefined;
    throw error;
  }
}
