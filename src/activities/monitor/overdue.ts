import type { WorkflowExecutionDescription } from '@temporalio/client';
import { policyOf, rawPages } from '../../client/list/scan';
import { Enforcer } from '../../client/operators/enforcer';
import { factsOf, isoTime } from '../../client/read/facts';
import { inlineSince } from '../../client/read/inline-attempt';
import type { Gateway } from '../../client/temporal/gateway';
import { inParallel } from '../../client/temporal/parallel';
import { MOST_NAMED, type Overdue, type OverdueTask } from '../../protocol/monitor';
import { HANDLER_ACTIVITY, SEARCH_ATTRIBUTES } from '../../protocol/task';
import type { TaskFacts } from '../../tasks/state';
import { type Candidate, type Healthy, inTurns } from './healthy';
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
/** What a server returns at once, at most. */
const MOST_ROWS = 1000;
const LOOKS_AT_ONCE = 15;
/** Looks at tasks that turn out to be well, in one pass; more would ask the server about every waiting task again and again. */
const MOST_IN_VAIN = 15;
/** `TIMEOUT_TYPE_START_TO_CLOSE` of the Temporal API. */
const START_TO_CLOSE = 1;

/**
 * Ends tasks whose attempts ran for longer than they may. Tasks that wait for their time or are parked are not even
 * listed, and of the others only those are looked at that are older than their limit: younger ones cannot have run for
 * so long. A pass ends after some looks in vain; the next one looks at others.
 * @param healthy What earlier passes found.
 */
export async function expireOverdue(gateway: Gateway, options: OverdueOptions, healthy: Healthy): Promise<Overdue> {
  const enforcer = new Enforcer(gateway, MONITOR, options.patience);
  const ended: Record<'expired' | 'terminated', OverdueTask[]> = { expired: [], terminated: [] };
  const order = inTurns(await candidates(gateway, options, healthy));
  for (let next = 0, inVain = 0; next < order.length && inVain < MOST_IN_VAIN; next += LOOKS_AT_ONCE) {
    await inParallel(order.slice(next, next + LOOKS_AT_ONCE), LOOKS_AT_ONCE, async (candidate) => {
      pulse();
      const found = await look(gateway, candidate, options, healthy);
      if (!found) {
        inVain++;
        return;
      }
      const done = await enforcer.end(found.facts, found.task.limit);
      if (done) ended[done].push(found.task);
    });
  }
  const { expired, terminated } = ended;
  return {
    expired: expired.slice(0, MOST_NAMED),
    terminated: terminated.slice(0, MOST_NAMED),
    counts: { expired: expired.length, terminated: terminated.length },
  };
}

/** The open tasks that are older than their own limit, so that they may have run for so long. */
async function candidates(gateway: Gateway, options: OverdueOptions, healthy: Healthy): Promise<Candidate[]> {
  const found: Candidate[] = [];
  for await (const rows of rawPages(gateway, queryOf(options), MOST_ROWS)) {
    pulse();
    for (const row of rows) {
      const candidate = {
        taskId: row.execution?.workflowId ?? '',
        runId: row.execution?.runId ?? '',
        queue: row.taskQueue ?? '',
      };
      const age = (Date.now() - Date.parse(isoTime(row.startTime) ?? '')) / 1000;
      const { maxProcessingTime: limit } = (await policyOf(gateway, row)) ?? {};
      if (limit !== undefined && age >= limit && !healthy.isKnown(candidate)) found.push(candidate);
    }
  }
  return found;
}

interface Found {
  facts: TaskFacts;
  task: OverdueTask;
}

/** One task as the server describes it; `undefined` when it is not overdue, or not open any more. */
async function look(
  gateway: Gateway,
  { taskId, runId }: Candidate,
  options: OverdueOptions,
  healthy: Healthy,
): Promise<Found | undefined> {
  const { client } = gateway;
  const description = await gateway.find(() => client.workflow.getHandle(taskId, runId).describe());
  const facts = description && (await factsOf(description, client.options.loadedDataConverter));
  if (facts?.status !== 'open') return undefined;
  const limit = facts.memo.policy?.maxProcessingTime;
  if (limit === undefined) return undefined;
  const { ran, allowed } = await timeOf(gateway, facts, description, limit, options);
  if (ran >= allowed)
    return { facts, task: { taskId, runId, type: facts.type, ranFor: Math.round(ran * 10) / 10, limit } };
  healthy.note(runId, allowed - ran);
  return undefined;
}

/** A pause takes effect after the running attempt, so a task that is recorded as paused may still run. */
function queryOf({ grace }: OverdueOptions): string {
  const { category, state } = SEARCH_ATTRIBUTES;
  const before = new Date(Date.now() - grace * 1000).toISOString();
  return `${category} IS NOT NULL AND ExecutionStatus = 'Running' AND (${state} IS NULL OR ${state} = 'paused') AND StartTime < '${before}'`;
}

/** How long the task has run since its last (re)drive, and how long it may. */
async function timeOf(
  gateway: Gateway,
  facts: TaskFacts,
  description: WorkflowExecutionDescription | undefined,
  limit: number,
  { grace }: OverdueOptions,
): Promise<{ ran: number; allowed: number }> {
  const { handler } = facts;
  const now = new Date();
  const since = await inlineSince(gateway, facts);
  const inline = since ? (now.getTime() - Date.parse(since)) / 1000 : 0;
  const ran = handler ? runningTime(handler, lastAttempt(description), now) : inline;
  return { ran, allowed: handler && !isRunning(handler) ? limit : limit + grace };
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
