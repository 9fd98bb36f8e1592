import { setTimeout as sleep } from 'node:timers/promises';
import { WorkflowUpdateFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { HoldfastError } from '../../errors';
import {
  type AskedMessage,
  effectOf,
  forestalledBy,
  type OperatorAction,
  REFUSED,
  refusalOf,
} from '../../protocol/operator';
import type { OperatorMessage, TaskState } from '../../protocol/task';
import { newNonce } from '../../tasks/keys';
import { deriveState, isOpen, type TaskFacts } from '../../tasks/state';
import type { TaskReader } from '../read/reader';
import { cancelRequest } from '../temporal/cancel';
import type { Gateway } from '../temporal/gateway';
import { isNotFound, isRefused } from '../temporal/gateway';
import { isServed } from '../workers/served';

export type { OperatorAction } from '../../protocol/operator';

/** What became of a message: the task has obeyed it, or will as soon as a worker takes it. */
export type Outcome = 'done' | 'kept';

/** How long a worker has to answer, in seconds. A task whose worker has died changes hands after two. */
const ANSWER_SECONDS = 3;
const LOOK_EVERY_MS = 100;

/**
 * Sends operators' messages to open tasks. A worker answers each as an update: done, or refused and why. Where none
 * does, the message is sent as a signal, which is kept while every worker is down; both bear one name, so that the task
 * obeys once. Where the server itself can act at once (pause, resume, retry between attempts), it is asked to as well.
 */
export class Operators {
  constructor(
    private readonly gateway: Gateway,
    private readonly reader: TaskReader,
  ) {}

  /** @throws HoldfastError `task-not-found`; `state-conflict` when the task, or a message that came first, does not allow it. */
  async send(facts: TaskFacts, action: OperatorAction, message: OperatorMessage): Promise<Outcome> {
    const state = stateAsAsked(facts);
    const effect = effectOf(action, state);
    if (!effect) throw conflict(facts, state, action);
    if (effect === 'next-attempt') refuseChanges(facts, state, message);
    if (message.parking !== undefined && message.parking !== facts.memo.parking?.number) throw movedOn(facts, state);
    refuseForestalled(facts, action, facts.asked ?? []);
    try {
      if (action === 'cancel') {
        await this.cancel(facts, message);
        return this.outcomeOnServer(facts, async (now) => (await this.reader.asked(now)).some(isCancel));
      }
      if (effect === 'next-attempt') {
        await this.startNextAttempt(facts);
        return this.outcomeOnServer(facts, async (now) => now.handler?.state === 'scheduled');
      }
      const outcome = await this.deliver(facts, action, { ...message, id: message.id ?? newNonce() });
      if (action === 'pause') await this.holdAttempts(facts);
      if (action === 'resume') await this.releaseAttempts(facts);
      return outcome;
    } catch (error) {
      if (!isNotFound(error)) throw error;
      const now = await this.reader.facts(facts.taskId);
      if (!now) throw error;
      // It has only continued in another run, as a task with a limit of its wait does when a worker takes it.
      const continued = now.runId !== facts.runId && now.firstRunId === facts.firstRunId && now.status === 'open';
      if (continued) return this.send({ ...now, asked: await this.reader.asked(now) }, action, message);
      throw conflict(now, deriveState(now, new Date()), action);
    }
  }

  private async deliver(facts: TaskFacts, action: NotCancel, message: Named): Promise<Outcome> {
    if ((await isServed(this.gateway, facts.queue)) && (await this.update(facts, action, message))) return 'done';
    try {
      await this.signal(facts, action, message);
    } catch (error) {
      // It may have ended by this very message, which has been answered too late.
      if (isNotFound(error) && (await this.hasObeyed(facts, message))) return 'done';
      throw error;
    }
    const now = await this.reader.facts(facts.taskId, facts.runId);
    const asked = now ? await this.reader.asked(now) : [];
    const place = asked.findIndex(({ id }) => id === message.id);
    if (place >= 0) {
      // What arrived before makes this one void, and the task ignores it.
      refuseForestalled(facts, action, asked.slice(0, place));
      return 'kept';
    }
    // A worker has taken it by now, and so can answer.
    if (now && !isOpen(deriveState(now, new Date()))) return this.outcomeOfEnd(now, action);
    return (await this.update(facts, action, message)) ? 'done' : 'kept';
  }

  /** @returns False when nobody has answered: no worker, or one whose release knows no updates. */
  private async update({ taskId, runId }: TaskFacts, action: NotCancel, message: Named): Promise<boolean> {
    const handle = this.gateway.client.workflow.getHandle(taskId, runId);
    const options = { args: [message] as [Named], updateId: message.id };
    const seconds = Math.min(ANSWER_SECONDS, this.gateway.deadline);
    try {
      await this.gateway.call(() => handle.executeUpdate<void, [Named]>(action, options), seconds);
      return true;
    } catch (error) {
      const cause = error instanceof WorkflowUpdateFailedError ? error.cause : undefined;
      if (cause instanceof ApplicationFailure && cause.type === REFUSED)
        throw await this.refused(taskId, cause.message);
      if (isNotFound(error)) throw error;
      return false;
    }
  }

  /** Whether the run took the update, however late. The server knows that of ended runs too. */
  private async hasObeyed({ taskId, runId }: TaskFacts, { id }: Named): Promise<boolean> {
    const handle = this.gateway.client.workflow.getHandle(taskId, runId).getUpdateHandle<void>(id);
    return this.gateway
      .call(() => handle.result())
      .then(
        () => true,
        () => false,
      );
  }

  private async refused(taskId: string, reason: string): Promise<HoldfastError> {
    const now = await this.reader.facts(taskId);
    const state = now && deriveState(now, new Date());
    return new HoldfastError('state-conflict', reason, { taskId, ...(state && { state }) });
  }

  /** The run has ended while the message was on its way: by it, or without it. */
  private outcomeOfEnd(now: TaskFacts, action: OperatorAction): Outcome {
    const state = deriveState(now, new Date());
    const { code } = now.failure ?? {};
    const byIt =
      (action === 'resolve' && state === 'completed') ||
      (action === 'fail' && code === 'FAILED_BY_OPERATOR') ||
      (action === 'abandon' && code === 'ABANDONED');
    if (!byIt) throw conflict(now, state, action);
    return 'done';
  }

  /** The server has taken it; what it asks for needs a worker all the same, which gets as long as for an answer. */
  private async outcomeOnServer(
    { taskId, runId, queue }: TaskFacts,
    waits: (now: TaskFacts) => Promise<boolean>,
  ): Promise<Outcome> {
    const until = Date.now() + Math.min(ANSWER_SECONDS, this.gateway.deadline) * 1000;
    const served = await isServed(this.gateway, queue);
    for (;;) {
      const now = await this.reader.facts(taskId, runId);
      if (!now || !(await waits(now))) return 'done';
      if (!served || Date.now() > until) return 'kept';
      await sleep(LOOK_EVERY_MS);
    }
  }

  private async signal({ taskId, runId }: TaskFacts, name: NotCancel, message: Named): Promise<void> {
    const handle = this.gateway.client.workflow.getHandle(taskId, runId);
    await this.gateway.call(() => handle.signal(name, message));
  }

  private async cancel({ taskId, runId }: TaskFacts, message: OperatorMessage): Promise<void> {
    const { service } = this.gateway;
    const request = await cancelRequest(this.gateway, { workflowId: taskId, runId }, runId, message);
    await this.gateway.call(() => service.requestCancelWorkflowExecution(request));
  }

  /** Ends the wait between two attempts; what is known of earlier ones stays. */
  private async startNextAttempt({ taskId, runId, handler }: TaskFacts): Promise<void> {
    const { service, namespace } = this.gateway;
    const execution = { workflowId: taskId, runId };
    const call = { namespace, execution, id: handler?.activityId ?? '' };
    await this.gateway
      .call(() => service.resetActivity(call))
      .catch((error: unknown) => {
        throw isRefused(error) ? noEarlyStart(taskId, handler?.nextAttemptAt) : error;
      });
  }

  private async holdAttempts({ taskId, runId, handler }: TaskFacts): Promise<void> {
    if (handler?.state !== 'scheduled') return;
    const { service, namespace } = this.gateway;
    const execution = { workflowId: taskId, runId };
    const call = { namespace, execution, id: handler.activityId, reason: 'task paused' };
    await this.gateway.find(() => service.pauseActivity(call)).catch(unlessRefused);
  }

  private async releaseAttempts({ taskId, runId, handler }: TaskFacts): Promise<void> {
    if (handler?.state !== 'paused') return;
    const { service, namespace } = this.gateway;
    const execution = { workflowId: taskId, runId };
    const call = { namespace, execution, id: handler.activityId };
    await this.gateway.find(() => service.unpauseActivity(call)).catch(unlessRefused);
  }
}

/** The message itself is kept: where the server does not hold attempts, the task's workflow and its next attempt act on it. */
function unlessRefused(error: unknown): void {
  if (!isRefused(error)) throw error;
}

function noEarlyStart(taskId: string, at: string | undefined): HoldfastError {
  const when = at ? `at ${at}` : 'by itself';
  const message = `This Temporal server cannot start an attempt before its time; the next one starts ${when}.`;
  return new HoldfastError('state-conflict', message, { taskId, state: 'retrying' });
}

/** The server holds the input of attempts that are under way; only a task that runs anew can take another. */
function refuseChanges({ taskId }: TaskFacts, state: TaskState, { input, at }: OperatorMessage): void {
  if (input === undefined && at === undefined) return;
  const [thing, without] = input === undefined ? ['time', 'to have its next attempt now'] : ['input', 'without one'];
  const message = `A task between two attempts takes no other ${thing}. Retry it ${without}, or fail it and retry it then.`;
  throw new HoldfastError('state-conflict', message, { taskId, state });
}

export function movedOn({ taskId, memo }: TaskFacts, state: TaskState): HoldfastError {
  const now = state === 'dead-lettered' ? `it is in parking ${memo.parking?.number}` : `it is ${state}`;
  return new HoldfastError('state-conflict', `The task has moved on: ${now}.`, { taskId, state });
}

function refuseForestalled(facts: TaskFacts, action: OperatorAction, before: NonNullable<TaskFacts['asked']>): void {
  const first = forestalledBy(action, before);
  if (!first) return;
  const { taskId } = facts;
  const who = first.by ?? 'An operator';
  const message = `${who} has asked the task to ${first.action} at ${first.at}, which waits for a worker and comes first.`;
  throw new HoldfastError('state-conflict', message, { taskId, state: deriveState(facts, new Date()) });
}

/** The state that the task will have once a worker has taken what waits: a pause that was asked for can be taken back. */
function stateAsAsked(facts: TaskFacts): TaskState {
  const state = deriveState(facts, new Date());
  const last = facts.asked?.findLast(({ action }) => action === 'pause' || action === 'resume')?.action;
  if (last === 'pause' && effectOf('pause', state) && state !== 'running') return 'paused';
  return last === 'resume' && state === 'paused' ? 'queued' : state;
}

export function conflict({ taskId }: TaskFacts, state: TaskState, action: OperatorAction): HoldfastError {
  const message = refusalOf(action, state) ?? `The task has moved on: it is ${state} now. Nothing was done.`;
  // Who asks to run a task that runs, or has run, is to read so first.
  const run = action === 'retry' ? `Task ${taskId} is not in pending state. ` : '';
  return new HoldfastError('state-conflict', `${run}${message}`, { taskId, state });
}

function isCancel({ action }: AskedMessage): boolean {
  return action === 'cancel';
}

type NotCancel = Exclude<OperatorAction, 'cancel'>;
type Named = OperatorMessage & { id: string };
