import type { WorkflowExecutionDescription } from '@temporalio/client';
import { policyOf, type RawRow, rawPages, runAtOf } from '../../client/list/scan';
import { Enforcer, overTime, unserved } from '../../client/operators/enforcer';
import { factsOf, isoTime } from '../../client/read/facts';
import { inlineSince } from '../../client/read/inline-attempt';
import type { Gateway } from '../../client/temporal/gateway';
import { type AbsenceMemory, Absences } from '../../client/workers/absence';
import { inParallel } from '../../parallel';
import { MOST_NAMED, type Overdue, type OverdueTask } from '../../protocol/monitor';
import { HANDLER_ACTIVITY, SEARCH_ATTRIBUTES } from '../../protocol/task';
import type { TaskFacts } from '../../tasks/state';
import { type Candidate, type Healthy, inTurns } from './healthy';
import { pulse } from './pulse';
import { isRunning, type LastAttempt, runningTime } from './running-time';
import { type UnservedWait, unservedWait } from './unserved-wait';

export interface OverdueOptions {
  /** Seconds beyond its limit that a running attempt gets to end by itself: its own limits act first. */
  grace: number;
  /** Seconds that a task gets to act on `expire` before it is ended by force. */
  patience: number;
  /** Seconds that a task may wait that no worker has ever served, where its policy says nothing. Unset: for ever. */
  maxQueueTime?: number;
}

/** What earlier passes found, so that the next one need not look again. */
export interface Findings {
  healthy: Healthy;
  absence: AbsenceMemory;
}

/** What a pass looks with. */
interface Pass extends Findings {
  gateway: Gateway;
  options: OverdueOptions;
  absences: Absences;
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
const NEVER = Number.POSITIVE_INFINITY;

/**
 * Ends tasks whose attempts ran for longer than they may, and those that no worker is left to take. Tasks that wait for
 * their time or are parked are not even looked at, and of the others only those that are older than their limit:
 * younger ones cannot have run for so long. A pass ends after some looks in vain; the next one looks at others.
 */
export async function expireOverdue(gateway: Gateway, options: OverdueOptions, findings: Findings): Promise<Overdue> {
  const pass: Pass = { ...findings, gateway, options, absences: new Absences(gateway, findings.absence, pulse) };
  const enforcer = new Enforcer(gateway, MONITOR, options.patience);
  const ended: Record<'expired' | 'terminated', OverdueTask[]> = { expired: [], terminated: [] };
  const order = inTurns(await candidates(pass));
  for (let next = 0, inVain = 0; next < order.length && inVain < MOST_IN_VAIN; next += LOOKS_AT_ONCE) {
    await inParallel(order.slice(next, next + LOOKS_AT_ONCE), LOOKS_AT_ONCE, async (candidate) => {
      pulse();
      const found = await look(pass, candidate);
      if (!found) {
        inVain++;
        return;
      }
      const { facts, task, noWorker } = found;
      const reason = task.neverServed ? unserved(task.limit) : overTime(task.limit);
      const done = noWorker ? await enforcer.endByForce(facts, reason) : await enforcer.end(facts, reason);
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

/** The open tasks that are older than their own limit, so that they may have run or waited for so long. */
async function candidates(pass: Pass): Promise<Candidate[]> {
  const { gateway, options, healthy } = pass;
  const found: Candidate[] = [];
  for (const query of queriesOf(options)) {
    for await (const rows of rawPages(gateway, query, MOST_ROWS)) {
      pulse();
      for (const row of rows) {
        const candidate = {
          taskId: row.execution?.workflowId ?? '',
          runId: row.execution?.runId ?? '',
          queue: row.taskQueue ?? '',
        };
        if ((await mayBeOver(pass, row)) && !healthy.isKnown(candidate)) found.push(candidate);
      }
    }
  }
  return found;
}

async function mayBeOver({ gateway, options }: Pass, row: RawRow): Promise<boolean> {
  const policy = await policyOf(gateway, row);
  const limit = Math.min(policy?.maxProcessingTime ?? NEVER, policy?.maxQueueTime ?? options.maxQueueTime ?? NEVER);
  const begin = Math.max(
    Date.parse(isoTime(row.startTime) ?? ''),
    Date.parse((await runAtOf(gateway, row)) ?? '') || 0,
  );
  return (Date.now() - begin) / 1000 >= limit;
}

interface Found {
  facts: TaskFacts;
  task: OverdueTask;
  /** It is certain that no worker would do it. */
  noWorker: boolean;
}

/** One task as the server describes it; `undefined` when it is not overdue, or not open any more. */
async function look(pass: Pass, { taskId, runId }: Candidate): Promise<Found | undefined> {
  const { gateway, healthy, options, absences } = pass;
  const { client } = gateway;
  const description = await gateway.find(() => client.workflow.getHandle(taskId, runId).describe());
  const facts = description && (await factsOf(description, client.options.loadedDataConverter));
  if (facts?.status !== 'open') return undefined;
  const wait = await unservedWait(gateway, facts, absences);
  const limits = wait && !wait.begun ? queueTime(facts, wait, options) : await timeOf(pass, facts, description, wait);
  const { spent, limit, allowed } = limits;
  if (limit !== undefined && spent >= allowed) {
    const task = { taskId, runId, type: facts.type, ranFor: Math.round(spent * 10) / 10, limit };
    const neverServed = wait?.begun === false && { neverServed: true as const };
    return { facts, task: { ...task, ...neverServed }, noWorker: wait !== undefined };
  }
  // Its worker may be lost, or come, before the next look: it must be looked at as soon as either limit could be over.
  const other = wait?.begun === false ? facts.memo.policy?.maxProcessingTime : queueLimit(facts, options);
  healthy.note(runId, Math.min(allowed - spent, other ?? NEVER));
  return undefined;
}

interface TimeSpent {
  spent: number;
  limit: number | undefined;
  allowed: number;
}

/** Of a task that no worker has ever served. */
function queueTime(facts: TaskFacts, { seconds }: UnservedWait, options: OverdueOptions): TimeSpent {
  const limit = queueLimit(facts, options);
  return { spent: seconds, limit, allowed: limit ?? NEVER };
}

function queueLimit({ memo }: TaskFacts, { maxQueueTime }: OverdueOptions): number | undefined {
  return memo.policy?.maxQueueTime ?? maxQueueTime;
}

/**
 * A pause takes effect after the running attempt, so a task that is recorded as paused may still run. One that waits for
 * its time may have waited in vain for a worker since.
 */
function queriesOf({ grace, maxQueueTime }: OverdueOptions): string[] {
  const { category, state } = SEARCH_ATTRIBUTES;
  const open = `${category} IS NOT NULL AND ExecutionStatus = 'Running'`;
  const before = (seconds: number) => `StartTime < '${new Date(Date.now() - seconds * 1000).toISOString()}'`;
  const queries = [`${open} AND (${state} IS NULL OR ${state} = 'paused') AND ${before(grace)}`];
  if (maxQueueTime !== undefined) queries.push(`${open} AND ${state} = 'scheduled' AND ${before(maxQueueTime)}`);
  return queries;
}

/** How long the task has run since its last (re)drive, and how long it may. */
async function timeOf(
  { gateway, options }: Pass,
  facts: TaskFacts,
  description: WorkflowExecutionDescription | undefined,
  wait: UnservedWait | undefined,
): Promise<TimeSpent> {
  const { handler, memo } = facts;
  const limit = memo.policy?.maxProcessingTime;
  const now = new Date();
  const since = await inlineSince(gateway, facts);
  const inline = since ? (now.getTime() - Date.parse(since)) / 1000 : (wait?.lost ?? 0);
  const ran = handler ? runningTime(handler, lastAttempt(description), now) : inline;
  // Nobody is left who could end it in time.
  const grace = wait || (handler && !isRunning(handler)) ? 0 : options.grace;
  return { spent: ran + (wait?.seconds ?? 0), limit, allowed: (limit ?? NEVER) + grace };
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
