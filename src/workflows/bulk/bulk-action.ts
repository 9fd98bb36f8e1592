import {
  ApplicationFailure,
  CancellationScope,
  CancelledFailure,
  isCancellation,
  workflowInfo,
} from '@temporalio/workflow';
import {
  BULK_ACTIONS,
  type BulkEvidence,
  type BulkOrder,
  type BulkProgress,
  type BulkSlice,
  type BulkSnapshot,
  type BulkTally,
} from '../../protocol/bulk';
import { actOn, lookFor, watch } from './bulk-activities';
import { BulkRecord } from './bulk-record';

/** Tasks of the stages that come before all the others. */
const CANARY_STAGES = [1, 10];
/** Tasks that have moved on prove nothing, so the next ones take their place; so often and no more. */
const MOST_SLICES_OF_A_CANARY = 50;
/** A slice is about so many seconds of work: as old as progress can be. */
const SLICE_SECONDS = 10;
/** Bounds the history: every slice is one activity. */
const MOST_SLICES = 200;

/**
 * Passes one operator's message on to many tasks, at a limited rate. Which tasks is decided once, at the
 * beginning. What became of each stands in a report in the artifact store, how far it is in the memo.
 */
export async function bulkAction(argument: unknown): Promise<BulkProgress> {
  const order = checkOrder(argument);
  const record = new BulkRecord();
  try {
    record.write({ state: 'looking', startedAt: new Date().toISOString() });
    const snapshot = await lookFor({
      action: order.action,
      ...(order.ids ? { ids: order.ids } : { filter: order.filter ?? {} }),
    });
    record.write({ matched: snapshot.count, ...(snapshot.partial && { partial: true }) });
    return await actInStages(order, snapshot, record);
  } catch (error) {
    const whole = CancellationScope.current();
    if (isCancellation(error) || whole.consideredCancelled) {
      record.end('cancelled');
      // Thrown as it is, a failure would end it as failed.
      throw isCancellation(error) ? error : new CancelledFailure('Cancelled', [], error as Error);
    }
    return record.end('stopped', `It could not go on: ${messageOf(error)}`);
  }
}

async function actInStages(order: BulkOrder, snapshot: BulkSnapshot, record: BulkRecord): Promise<BulkProgress> {
  const quotas = order.canary ? CANARY_STAGES : [];
  const stages = quotas.length + 1;
  let next = 0;
  for (const [index, quota] of quotas.entries()) {
    if (next === snapshot.count) return record.end('completed');
    record.write({ state: 'acting', stage: index + 1, stages });
    const from = next;
    next = await actOnCanary(order, snapshot, record, from, quota);
    // Nothing is left that the evidence could be for.
    if (next === snapshot.count) return record.end('completed');
    record.write({ state: 'watching' });
    const until = new Date(Date.now() + order.canarySeconds * 1000).toISOString();
    const objection = objectionTo(await watch({ snapshot: snapshot.hash, from, to: next, until }), order);
    if (objection) return record.end('stopped', `Stage ${index + 1} of ${stages}: ${objection}`);
  }
  record.write({ state: 'acting', stage: stages, stages });
  const size = Math.max(Math.ceil(order.rate * SLICE_SECONDS), Math.ceil(snapshot.count / MOST_SLICES));
  while (next < snapshot.count) {
    const to = Math.min(next + size, snapshot.count);
    await actOnSlice(order, { snapshot: snapshot.hash, from: next, to }, record);
    next = to;
  }
  return record.end('completed');
}

/** @returns Where the next stage begins. */
async function actOnCanary(
  order: BulkOrder,
  { hash, count }: BulkSnapshot,
  record: BulkRecord,
  from: number,
  quota: number,
): Promise<number> {
  let [next, done] = [from, 0];
  for (let slices = 0; done < quota && next < count && slices < MOST_SLICES_OF_A_CANARY; slices++) {
    const to = Math.min(next + quota - done, count);
    done += (await actOnSlice(order, { snapshot: hash, from: next, to }, record)).done;
    next = to;
  }
  return next;
}

async function actOnSlice(order: BulkOrder, slice: BulkSlice, record: BulkRecord): Promise<BulkTally> {
  const tally = await actOn(order, slice);
  record.add(tally);
  // A cancelled activity hands back what it had done by then.
  const { done, movedOn, refused, failed } = tally;
  if (done + movedOn + refused + failed < slice.to - slice.from) throw new CancelledFailure('cancelled');
  return tally;
}

/** What speaks against going on, if anything does. */
function objectionTo(
  { completed, cameBack, ended, undecided, example }: BulkEvidence,
  order: BulkOrder,
): string | undefined {
  if (cameBack > 0) return `the same failure came back, for one in ${example}`;
  if (completed > 0) return undefined;
  if (undecided > 0)
    return `${undecided} of its tasks had not ended after ${order.canarySeconds} s, and none has completed`;
  return ended > 0
    ? `${ended} of its tasks ended otherwise, and none has completed`
    : 'none of its tasks was as it had been seen';
}

/** A bulk action started by hand with anything else fails at once, where a thrown TypeError would block it for ever. */
function checkOrder(argument: unknown): BulkOrder {
  const { action, message, rate, ids, filter } = (argument ?? {}) as Partial<BulkOrder>;
  const complete =
    action !== undefined &&
    BULK_ACTIONS.includes(action) &&
    typeof message === 'object' &&
    message !== null &&
    typeof rate === 'number' &&
    rate > 0 &&
    (Array.isArray(ids) || typeof filter === 'object');
  if (complete) return argument as BulkOrder;
  throw ApplicationFailure.create({
    message: `${workflowInfo().workflowId} was not started through the HTTP API or TaskClient, which check the order.`,
    type: 'PERMANENT_VALIDATION',
    nonRetryable: true,
  });
}

function messageOf(error: unknown): string {
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  return cause instanceof Error ? cause.message : String(cause);
}
