import type { WorkflowExecutionDescription } from '@temporalio/client';
import { Enforcer } from '../../client/enforcer';
import { factsOf, isoTime } from '../../client/facts';
import type { Gateway } from '../../client/gateway';
import { inlineSince } from '../../client/inline-attempt';
import { inParallel } from '../../client/parallel';
import { scanRows } from '../../client/scan';
import { MOST_NAMED, type Overdue, type OverdueTask } from '../../tasks/monitor-words';
import type { TaskFacts } from '../../tasks/state';
import { HANDLER_ACTIVITY, SEARCH_ATTRIBUTES } from '../../tasks/words';
import { pulse } from './pulse';
import { isRunning, type LastAttempt, runningTime } from './running-time';

export interface OverdueOptions {
  /** Seconds beyond its limit that a running attempt gets to end by itself: its own limits act first. */
  grace: number;
  /** Seconds that a task gets to heed `expire` before it is ended by force. */
  patience: number;
}

/** Who the monitor is, in signals and terminations. */
const MONITOR = 'monitor';
const DESCRIBES_AT_ONCE = 25;
/** `TIMEOUT_TYPE_START_TO_CLOSE` of the Temporal API. */
const START_TO_CLOSE = 1;

/**
 * Ends tasks whose attempts ran for longer than they may. Tasks that wait for their time or are parked are
 * not even looked at; of the others only the running time counts.
 */
export async function expireOverdue(gateway: Gateway, options: OverdueOptions): Promise<Overdue> {
  const enforcer = new Enforcer(gateway, MONITOR, options.patience);
  const ended: Record<'expired' | 'terminated', OverdueTask[]> = { expired: [], terminated: [] };
  for await (const rows of scanRows(gateway, queryOf(options))) {
    await inParallel(rows, DESCRIBES_AT_ONCE, async ({ id: taskId, runId }) => {
      pulse();
      const { client } = gateway;
      const description = await gateway.find(() => client.workflow.getHandle(taskId, runId).describe());
      const facts = description && (await factsOf(description, client.options.loadedDataConverter));
      const task = facts?.status === 'open' ? await overdue(gateway, facts, description, options) : undefined;
      const done = facts && task && (await enforcer.end(facts, task.limit));
      if (done) ended[done].push(task);
    });
  }
  const { expired, terminated } = ended;
  return {
    expired: expired.slice(0, MOST_NAMED),
    terminated: terminated.slice(0, MOST_NAMED),
    counts: { expired: expired.length, terminated: terminated.length },
  };
}

/** A pause takes effect after the running attempt, so a task that is recorded as paused may still run. */
function queryOf({ grace }: OverdueOptions): string {
  const { category, state } = SEARCH_ATTRIBUTES;
  const before = new Date(Date.now() - grace * 1000).toISOString();
  return `${category} IS NOT NULL AND ExecutionStatus = 'Running' AND (${state} IS NULL OR ${state} = 'paused') AND StartTime < '${before}'`;
}

async function overdue(
  gateway: Gateway,
  facts: TaskFacts,
  description: WorkflowExecutionDescription | undefined,
  { grace }: OverdueOptions,
): Promise<OverdueTask | undefined> {
  const { taskId, runId, type, memo, handler } = facts;
  const limit = memo.policy?.maxProcessingTime;
  if (limit === undefined) return undefined;
  const now = new Date();
  const since = await inlineSince(gateway, facts);
  const inline = since ? (now.getTime() - Date.parse(since)) / 1000 : 0;
  const ran = handler ? runningTime(handler, lastAttempt(description), now) : inline;
  const allowed = handler && !isRunning(handler) ? limit : limit + grace;
  return ran >= allowed ? { taskId, runId, type, ranFor: Math.round(ran * 10) / 10, limit } : undefined;
}

function lastAttempt(description: WorkflowExecutionDescription | undefined): LastAttempt {
  const pending = description?.raw.pendingActivities?.find(({ activityId }) =>
    activityId?.startsWith(HANDLER_ACTIVITY),
  );
  return {
    endedAt: isoTime(pending?.lastAttemptCompleteTime),
    timedOut: pending?.lastFailure?.timeoutFailureInfo?.timeoutType === START_TO_CLOSE,
  };
}
