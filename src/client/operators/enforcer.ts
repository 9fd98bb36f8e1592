import { encodeToPayloads } from '@temporalio/common/lib/internal-non-workflow';
import type { FailureDetail, OperatorMessage } from '../../protocol/task';
import type { TaskFacts } from '../../tasks/state';
import { attemptsSeen } from '../read/attempts-seen';
import { isoTime } from '../read/facts';
import type { Gateway } from '../temporal/gateway';
import { readQueue } from '../workers/queues';

/** Where the signal stands, unless the task did something since. */
const LAST_EVENTS = 20;

/**
 * Ends tasks that are over their time, and exactly the run that was seen. A worker ends its task in order, told by the
 * signal `expire`. With no worker left, or when none heeded the signal in time, the server ends it.
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

  /**
   * @param limit The seconds that the task had, for its failure's message.
   * @returns What was done; `undefined` when an earlier signal may still take effect, or the task has ended by itself.
   */
  async end(facts: TaskFacts, limit: number): Promise<'expired' | 'terminated' | undefined> {
    const reason = `Task timed out after ${limit} seconds`;
    if (!(await this.isServed(facts.queue))) return this.terminate(facts, reason);
    const told = await this.toldAt(facts);
    if (told === undefined) return this.expire(facts, reason);
    return Date.now() - told > this.patience * 1000 ? this.terminate(facts, reason) : undefined;
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

  private async terminate(facts: TaskFacts, reason: string): Promise<'terminated' | undefined> {
    const { client, namespace, service } = this.gateway;
    const { taskId, runId, type } = facts;
    const detail: FailureDetail = {
      class: 'external',
      code: 'TASK_TIMED_OUT',
      fingerprint: `${type}/TASK_TIMED_OUT`,
      ...attemptsSeen(facts),
    };
    const payloads = await encodeToPayloads(client.options.loadedDataConverter, detail);
    const ended = await this.gateway.find(() =>
      service.terminateWorkflowExecution({
        namespace,
        workflowExecution: { workflowId: taskId, runId },
        reason,
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

  /** When this run was told to expire, in milliseconds since the epoch. */
  private async toldAt({ taskId, runId }: TaskFacts): Promise<number | undefined> {
    const { namespace, service } = this.gateway;
    const request = { namespace, execution: { workflowId: taskId, runId }, maximumPageSize: LAST_EVENTS };
    const page = await this.gateway.find(() => service.getWorkflowExecutionHistoryReverse(request));
    const events = page?.history?.events ?? [];
    const signal = events.findLast((event) => event.workflowExecutionSignaledEventAttributes?.signalName === 'expire');
    return signal && Date.parse(isoTime(signal.eventTime) ?? '');
  }
}
