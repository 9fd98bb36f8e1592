import { Context } from '@temporalio/activity';
import type { Client, DescribeWorkflowExecutionResponse } from '@temporalio/client';
import { isoTime } from '../client/facts';
import { SEARCH_ATTRIBUTES } from '../tasks/words';
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
  await client.workflowService.pauseActivity({ namespace, execution, id: activityId, reason: 'task paused' });
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
  if (pending && isNotYetDue(pending)) await client.workflowService.pauseActivity({ ...call, reason: 'task resumed' });
  else if (!pending?.paused) return;
  await client.workflowService.unpauseActivity(call);
}

function isNotYetDue({ paused, state, nextAttemptScheduleTime }: PendingActivity): boolean {
  const due = isoTime(nextAttemptScheduleTime);
  return !paused && state === SCHEDULED && due !== undefined && Date.parse(due) > Date.now();
}

/**
 * Ends the attempt, without using it up, when its task is paused: before a repeated attempt begins, since the task may
 * have been paused while the one before it ran, and between the items of a running one.
 */
export async function holdIfPaused(context: Context): Promise<void> {
  const { client, execution, namespace } = surroundings();
  if (!(await isPaused(client, execution))) return;
  const call = { namespace, execution, id: context.info.activityId };
  await client.workflowService.pauseActivity({ ...call, reason: 'task paused' });
  // A resume that came in between found nothing to let go.
  if (!(await isPaused(client, execution))) await client.workflowService.unpauseActivity(call);
  throw new StepBack('Held back: the task is paused', new Date());
}

async function isPaused(client: Client, { workflowId, runId }: Execution): Promise<boolean> {
  const { searchAttributes } = await client.workflow.getHandle(workflowId, runId).describe();
  return searchAttributes[SEARCH_ATTRIBUTES.state]?.[0] === 'paused';
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
