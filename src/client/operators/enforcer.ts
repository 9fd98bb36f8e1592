import { encodeToPayloads } from '@temporalio/common/lib/internal-non-workflow';
import type { FailureDetail, OperatorMessage } from '../../protocol/task';
import type { TaskFacts } from '../../tasks/state';
import { attemptsSeen } from '../read/attempts-seen';
import { isoTime } from '../read/facts';
import type { Gateway } from '../temporal/gateway';
import { readQueue } from '../workers/queues';

/** Where the signal stands, unless the task did something since. */
const LAST_EVENTS = 20;

/** Why a task is ended. */
export interface OverReason extends Pick<FailureDetail, 'code' | 'class'> {
  message: string;
}

/** @param limit The seconds that the task's attempts had together. */
export function overTime(limit: number): OverReason {
  return { code: 'TASK_TIMED_OUT', class: 'external', message: `Task timed out after ${limit} seconds` };
}

/** @param limit The seconds for which it could wait for a first worker. */
export function unserved(limit: number): OverReason {
  const message = `Task timed out in queue after ${limit} seconds`;
  return { code: 'TASK_QUEUE_TIMED_OUT', class: 'configuration', message };
}

/**
 * Ends tasks that are over their time, and exactly the run that was seen. A worker ends its task in order, since by the
 * signal `expire`. With no worker left, or when none acted on the signal in time, the server ends it.
 */
export class Enforcer {
  private readonly served = new Map<string, Promise<boolean>>();

  /**
   * @param by Who says so, in signals and terminations.
   * @param patience Seconds between the signal and the end by force.
   */
  constructor(
    private readonly gateway: Gateway,
    private readonly by: string,
    private readonly patience: number,
  ) {}

  /** @returns What was done; `undefined` when an earlier signal may still take effect, or the task has ended by itself. */
  async end(facts: TaskFacts, reason: OverReason): Promise<'expired' | 'terminated' | undefined> {
    if (!(await this.isServed(facts.queue))) return this.endByForce(facts, reason);
    const since = await this.endAskedAt(facts);
    if (since === undefined) return this.expire(facts, reason.message);
    return Date.now() - since > this.patience * 1000 ? this.endByForce(facts, reason) : undefined;
  }

  private async expire({ taskId, runId }: TaskFacts, reason: string): Promise<'expired' | undefined> {
    const { client } = this.gateway;
    const message: OperatorMessage = { by: this.by, reason };
    const sent = await this.gateway.find(async () => {
      await client.workflow.getHandle(taskId, runId).signal('expire', message);
      return true;
    });
    return sent ? 'expired' : undefined;
  }

  /** Has the server end it, for whom it is certain that no worker would. */
  async endByForce(
    facts: TaskFacts,
    { code, class: failureClass, message }: OverReason,
  ): Promise<'terminated' | undefined> {
    const { client, namespace, service } = this.gateway;
    const { taskId, runId, type } = facts;
    const detail: FailureDetail = {
      class: failureClass,
      code,
      fingerprint: `${type}/${code}`,
      ...attemptsSeen(facts),
    };
    const payloads = await encodeToPayloads(client.options.loadedDataConverter, detail);
    const ended = await this.gateway.find(() =>
      service.terminateWorkflowExecution({
        namespace,
        workflowExecution: { workflowId: taskId, runId },
        reason: message,
        details: { payloads: payloads ?? [] },
        identity: this.by,
      }),
    );
    return ended ? 'terminated' : undefined;
  }

  private isServed(queue: string): Promise<boolean> {
    const known = this.served.get(queue) ?? readQueue(this.gateway, queue).then(({ workers }) => workers.length > 0);
    this.served.set(queue, known);
    return known;
  }

  /** When this run received `expire`, in milliseconds since the epoch. */
  private async endAskedAt({ taskId, runId }: TaskFacts): Promise<number | undefined> {
    const { namespace, service } = this.gateway;
    const request = { namespace, execution: { workflowId: taskId, runId }, maximumPageSize: LAST_EVENTS };
    const page = await this.gateway.find(() => service.getWorkflowExecutionHistoryReverse(request));
    const events = page?.history?.events ?? [];
    const signal = events.findLast((event) => event.workflowExecutionSignaledEventAttributes?.signalName === 'expire');
    return signal && Date.parse(isoTime(signal.eventTime) ?? '');
  }
}
