import { Context, log } from '@temporalio/activity';
import type { Client, DescribeWorkflowExecutionResponse } from '@temporalio/client';
import { askedIn } from '../../client/read/asked';
import { isoTime } from '../../client/read/facts';
import { isRefused } from '../../client/temporal/gateway';
import { VERDICTS } from '../../protocol/operator';
import { SEARCH_ATTRIBUTES } from '../../protocol/task';
import { StepBack } from './step-back';

type PendingActivity = NonNullable<DescribeWorkflowExecutionResponse['pendingActivities']>[number];

/** `PENDING_ACTIVITY_STATE_SCHEDULED` of the Temporal API: the next attempt waits for its time or for a worker. */
const SCHEDULED = 1;
/** `PENDING_ACTIVITY_STATE_STARTED`: an attempt is running. */
const STARTED = 2;

/**
 * Holds the attempts of a task between two of them. A running attempt is left alone: the SDK would stop
 * it, and a pause takes effect between attempts. Should it fail, the next attempt finds the pause itself.
 */
export async function holdAttempts(activityId: string): Promise<void> {
  const { client, execution, namespace } = surroundings();
  const { raw } = await client.workflow.getHandle(execution.workflowId, execution.runId).describe();
  const pending = raw.pendingActivities?.find((activity) => activity.activityId === activityId);
  if (!pending || pending.state === STARTED) return;
  const call = { namespace, execution, id: activityId, reason: 'task paused' };
  await unlessRefused(() => client.workflowService.pauseActivity(call));
}

/**
 * Lets the next attempt begin now, whenever it was due. One that was to be held when it begins, since the task
 * was paused while the attempt before it ran, is held first: to the server, only a held attempt can be let go.
 */
export async function releaseAttempts(activityId: string): Promise<void> {
  const { client, execution, namespace } = surroundings();
  const { raw } = await client.workflow.getHandle(execution.workflowId, execution.runId).describe();
  const pending = raw.pendingActivities?.find((activity) => activity.activityId === activityId);
  const call = { namespace, execution, id: activityId };
  await unlessRefused(async () => {
    if (pending && isNotYetDue(pending))
      await client.workflowService.pauseActivity({ ...call, reason: 'task resumed' });
    else if (!pending?.paused) return;
    await client.workflowService.unpauseActivity(call);
  });
}

/** Holding attempts is a preview of the server's: without it the next attempt finds the pause by itself. */
async function unlessRefused(work: () => Promise<unknown>): Promise<void> {
  await work().catch((error: unknown) => {
    if (!isRefused(error)) throw error;
    log.warn('This Temporal server does not hold attempts; the next one finds the pause by itself');
  });
}

function isNotYetDue({ paused, state, nextAttemptScheduleTime }: PendingActivity): boolean {
  const due = isoTime(nextAttemptScheduleTime);
  return !paused && state === SCHEDULED && due !== undefined && Date.parse(due) > Date.now();
}

/** When an attempt that nobody can hold may look again, where its workflow does not hold the task either. */
const LOOK_AGAIN_MS = 30_000;
/** Messages after which the task ends, and how soon the workflow should have taken them. */
const ENDS: readonly string[] = [...VERDICTS, 'cancel'];
const END_MS = 1000;
/** Signals that came since the workflow last had its turn. */
const LAST_EVENTS = 20;

/**
 * Ends the attempt, without using it up, when its task is paused: before a repeated attempt begins, since the task may
 * have been paused while the one before it ran, and between the items of a running one. A server that does not hold
 * attempts, or not for this worker, leaves it to the workflow.
 */
export async function holdIfPaused(context: Context): Promise<void> {
  const { client, execution, namespace } = surroundings();
  const news = await newsOf(client, namespace, execution);
  if (news === 'ends') throw new StepBack('The task has been told to end', new Date(Date.now() + END_MS));
  if (news !== 'paused') return;
  const call = { namespace, execution, id: context.info.activityId };
  try {
    await client.workflowService.pauseActivity({ ...call, reason: 'task paused' });
  } catch (error) {
    log.warn('The attempt could not be held', { error: String(error) });
    const again = new Date(Date.now() + LOOK_AGAIN_MS);
    throw new StepBack('Held back: the task is paused', again, undefined, undefined, true);
  }
  // A resume that came in between found nothing to let go.
  const still = await newsOf(client, namespace, execution).then(
    (now) => now === 'paused',
    () => true,
  );
  if (!still) await unlessRefused(() => client.workflowService.unpauseActivity(call));
  throw new StepBack('Held back: the task is paused', new Date());
}

/** What connections have shown: the servers behind them have the calls that hold attempts. */
const holders = new WeakMap<object, Promise<boolean>>();

/** Whether the server holds attempts for this worker; asked once, with a task that does not exist. */
export function serverHolds(): Promise<boolean> {
  const { client, namespace } = surroundings();
  const known = holders.get(client.connection);
  if (known) return known;
  const call = { namespace, execution: { workflowId: 'holdfast-no-such-task' }, id: 'none', reason: 'can it?' };
  const holds = client.workflowService.pauseActivity(call).then(
    () => true,
    (error: unknown) => !isRefused(error),
  );
  holders.set(client.connection, holds);
  return holds;
}

/** What speaks against another attempt: by what the workflow has recorded, and by the news that it has not taken yet. */
async function newsOf(client: Client, namespace: string, execution: Execution): Promise<'paused' | 'ends' | undefined> {
  const { workflowId, runId } = execution;
  const { searchAttributes, raw } = await client.workflow.getHandle(workflowId, runId).describe();
  const recorded = searchAttributes[SEARCH_ATTRIBUTES.state]?.[0] === 'paused' ? 'paused' : undefined;
  if (!raw.pendingWorkflowTask) return recorded;
  const request = { namespace, execution, maximumPageSize: LAST_EVENTS };
  const { history } = await client.workflowService.getWorkflowExecutionHistoryReverse(request);
  const asked = await askedIn(history?.events ?? [], client.options.loadedDataConverter);
  if (asked.some(({ action }) => ENDS.includes(action))) return 'ends';
  const last = asked.findLast(({ action }) => action === 'pause' || action === 'resume');
  if (!last) return recorded;
  return last.action === 'pause' ? 'paused' : undefined;
}

interface Execution {
  workflowId: string;
  runId: string;
}

function surroundings(): { client: Client; namespace: string; execution: Execution } {
  const { client, info } = Context.current();
  if (!info.workflowExecution) throw new TypeError('Only a task has attempts to hold.');
  return { client, namespace: info.namespace, execution: info.workflowExecution };
}
