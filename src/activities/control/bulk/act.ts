import { setMaxListeners } from 'node:events';
import { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import { loadIfStored } from '../../../artifacts/large-values';
import { BulkReport } from '../../../client/bulk/bulk-report';
import { inParallel } from '../../../parallel';
import type { BulkActivities, BulkReportLine, BulkTally, BulkTarget } from '../../../protocol/bulk';
import { isElsewhere, passedOn } from '../elsewhere';
import { CommandSender } from './command-sender';
import type { BulkResources } from './resources';
import { bulkIdOf, pause, withLifeSigns } from './steps';

type Slice = Parameters<BulkActivities['actOnTargets']>[0];

/** Calls to Temporal at once: enough for the highest rate on a healthy server. */
const IN_FLIGHT = 20;

/**
 * Passes a message on to a slice of the tasks. About once a second the report gets what was done; an
 * attempt that follows a lost one goes on where the report ends.
 */
export async function actOnTargets(resources: BulkResources, slice: Slice): Promise<BulkTally> {
  const context = Context.current();
  // Everyone who waits for its turn listens.
  setMaxListeners(0, context.cancellationSignal);
  const report = new BulkReport(resources.artifacts, bulkIdOf(context));
  return withLifeSigns(context, async () => {
    const [targets, outcomes] = await Promise.all([report.targets(slice.snapshot), outcomesIn(report, slice)]);
    const sender = await senderFor(resources, context, slice);
    for (const page of pagesOf(slice, outcomes)) {
      const lines = await inParallel(page, IN_FLIGHT, async ({ index, due }) =>
        (await pause(due - Date.now(), context.cancellationSignal))
          ? sender.send(index, targets[index] as BulkTarget)
          : undefined,
      );
      const reported = lines.filter((line) => line !== undefined);
      await report.append(reported, context.info.attempt);
      for (const { index, outcome } of reported) outcomes.set(index, outcome);
      if (sender.away) throw sender.away;
      if (context.cancellationSignal.aborted) break;
    }
    if (sender.elsewhere !== undefined && !context.cancellationSignal.aborted)
      throw passedOn(sender.elsewhere, context.info.attempt);
    // A cancelled bulk action counts what was done; one whose worker shuts down goes on elsewhere.
    const cut = outcomes.size < slice.to - slice.from && !context.cancellationDetails?.cancelRequested;
    if (cut) throw ApplicationFailure.create({ message: 'The worker shut down', type: 'SYSTEM_WORKER_CRASH' });
    return tally([...outcomes.values()]);
  });
}

async function senderFor({ tasks, artifacts }: BulkResources, context: Context, slice: Slice): Promise<CommandSender> {
  const { input, result, ...message } = slice.message;
  return new CommandSender(tasks, {
    bulkId: bulkIdOf(context),
    action: slice.action,
    message: {
      ...message,
      ...(input !== undefined && { input: await loadIfStored(artifacts, input) }),
      ...(result !== undefined && { result: await loadIfStored(artifacts, result) }),
    },
    doubtful: context.info.attempt > 1,
    isElsewhere: (type) => isElsewhere(tasks, type, context.info.attempt),
  });
}

/** What the report has of a slice already. */
async function outcomesIn(report: BulkReport, { from, to }: Slice): Promise<Map<number, BulkReportLine['outcome']>> {
  const outcomes = new Map<number, BulkReportLine['outcome']>();
  for await (const lines of report.lines(from)) {
    for (const { index, outcome } of lines) if (index >= from && index < to) outcomes.set(index, outcome);
  }
  return outcomes;
}

/** What is left to do, in pages of about a second, and when the turn of each is. */
function pagesOf({ from, to, rate }: Slice, known: ReadonlyMap<number, unknown>): { index: number; due: number }[][] {
  const begin = Date.now();
  const left = Array.from({ length: to - from }, (_, offset) => from + offset)
    .filter((index) => !known.has(index))
    .map((index, position) => ({ index, due: begin + (position * 1000) / rate }));
  const size = Math.max(1, Math.round(rate));
  return Array.from({ length: Math.ceil(left.length / size) }, (_, page) => left.slice(page * size, (page + 1) * size));
}

function tally(outcomes: readonly BulkReportLine['outcome'][]): BulkTally {
  const count = (outcome: BulkReportLine['outcome']) => outcomes.filter((one) => one === outcome).length;
  return { done: count('done'), movedOn: count('moved-on'), refused: count('refused'), failed: count('failed') };
}
