import { ApplicationFailure, TerminatedFailure, TimeoutFailure, WorkflowFailedError } from '@temporalio/client';
import { loadIfStored } from '../artifacts/large-values';
import type { ArtifactStore } from '../artifacts/store';
import type { TaskFacts } from '../tasks/state';
import type { AttemptFailure, FailureDetail, TaskEnd } from '../tasks/words';
import { factsOf } from './facts';
import { type Gateway, isDeadline, isNotFound, translate } from './gateway';

/** A task's failure, as it is shown to people and programs. */
export interface TaskFailureView {
  code: string;
  class: AttemptFailure['class'];
  message: string;
  fingerprint: string;
  abandoned?: true;
}

/** How a closed run ended. */
export interface TaskEnding {
  output?: unknown;
  failure?: TaskFailureView;
  attempts: number;
  failures: AttemptFailure[];
  resolvedBy?: string;
}

/** Start, first workflow task and the scheduling of the handler: no handler can have ended before these. */
const FIRST_EVENTS = 5;
/** Where the handler's end stands, messages that came in since included. */
const LAST_EVENTS = 20;

/** Reads single tasks from the server's own records. Needs no worker. */
export class TaskReader {
  constructor(
    private readonly gateway: Gateway,
    private readonly store: ArtifactStore,
  ) {}

  /** Facts about a task's current run, or about the named one; `undefined` when there is no such task. */
  async facts(taskId: string, runId?: string): Promise<TaskFacts | undefined> {
    const { client } = this.gateway;
    const description = await this.gateway.find(() => client.workflow.getHandle(taskId, runId).describe());
    const facts = description && (await factsOf(description, client.options.loadedDataConverter));
    return facts && mayBeFinishing(facts) && (await this.handlerHasEnded(facts))
      ? { ...facts, finishing: true }
      : facts;
  }

  /** Between the handler's end and the workflow's, the server describes neither; its history tells. */
  private async handlerHasEnded({ taskId, runId }: TaskFacts): Promise<boolean> {
    const { namespace, service } = this.gateway;
    const request = { namespace, execution: { workflowId: taskId, runId }, maximumPageSize: LAST_EVENTS };
    const page = await this.gateway.find(() => service.getWorkflowExecutionHistoryReverse(request));
    return page?.history?.events?.some((event) => event.activityTaskCompletedEventAttributes) ?? false;
  }

  /** Whether the task's current run ends within the time, in milliseconds, and before the signal. Costs one long poll. */
  async waitForEnd(taskId: string, milliseconds: number, signal?: AbortSignal): Promise<boolean> {
    const { connection, workflow } = this.gateway.client;
    const poll = () => connection.withDeadline(Date.now() + milliseconds, () => workflow.getHandle(taskId).result());
    try {
      await (signal ? connection.withAbortSignal(signal, poll) : poll());
      return true;
    } catch (error) {
      // Nothing to wait for is as good as an end: reading the task says so.
      if (error instanceof WorkflowFailedError || isNotFound(error)) return true;
      if (isDeadline(error) || signal?.aborted) return false;
      throw translate(error);
    }
  }

  /** The end of a closed run; `undefined` for an open one. */
  async ending(facts: TaskFacts): Promise<TaskEnding | undefined> {
    const { taskId, runId, status } = facts;
    if (status === 'open' || status === 'continued') return undefined;
    if (status === 'cancelled') return { attempts: 0, failures: [] };
    const handle = this.gateway.client.workflow.getHandle(taskId, runId, { followRuns: false });
    try {
      const end = (await this.gateway.call(() => handle.result())) as TaskEnd;
      return { ...end, output: await loadIfStored(this.store, end.output) };
    } catch (error) {
      if (!(error instanceof WorkflowFailedError)) throw error;
      return endingOfFailure(error.cause, facts);
    }
  }
}

function mayBeFinishing({ status, handler, recorded, historyLength }: TaskFacts): boolean {
  return status === 'open' && !handler && !recorded && historyLength > FIRST_EVENTS;
}

function endingOfFailure(cause: Error | undefined, facts: TaskFacts): TaskEnding {
  const fallback = facts.failure ?? { class: 'unknown' as const, code: 'UNKNOWN', fingerprint: '' };
  if (cause instanceof ApplicationFailure) {
    const detail = cause.details?.[0] as FailureDetail | undefined;
    const { class: failureClass, fingerprint } = detail ?? fallback;
    const failure: TaskFailureView = {
      code: cause.type ?? fallback.code,
      class: failureClass,
      message: cause.message,
      fingerprint,
    };
    if (detail?.abandoned) failure.abandoned = true;
    return { failure, attempts: detail?.attempts ?? 0, failures: detail?.failures ?? [] };
  }
  if (cause instanceof TerminatedFailure) {
    return plain({
      ...fallback,
      code: facts.failure?.code ?? 'FAILED_BY_OPERATOR',
      message: cause.message || 'Terminated',
    });
  }
  if (cause instanceof TimeoutFailure) return plain(timedOut(facts));
  return plain({ ...fallback, message: cause?.message ?? 'Failed' });
}

/** The server ends a run by itself for one of two limits; which one, the policy and the time tell. */
function timedOut({ type, memo, closedAt }: TaskFacts): TaskFailureView {
  const { maxQueueTime, maxTotalTime } = memo.policy ?? {};
  const lived = (Date.parse(closedAt ?? '') - Date.parse(memo.createdAt ?? '')) / 1000;
  const total = maxTotalTime !== undefined && (maxQueueTime === undefined || lived >= maxTotalTime - 0.5);
  const code = total ? 'TASK_TIMED_OUT' : 'TASK_QUEUE_TIMED_OUT';
  const message = total
    ? `Task timed out after ${maxTotalTime} seconds`
    : `Task timed out in queue after ${maxQueueTime} seconds`;
  return { code, class: total ? 'external' : 'configuration', message, fingerprint: `${type}/${code}` };
}

function plain(failure: TaskFailureView): TaskEnding {
  return { failure, attempts: 0, failures: [] };
}
