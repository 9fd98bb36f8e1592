import type { TaskClient } from '../../../client/task-client';
import { HoldfastError } from '../../../errors';
import type { BulkActionName, BulkReportLine, BulkTarget } from '../../../protocol/bulk';
import type { OperatorMessage } from '../../../protocol/task';
import { redactText } from '../../../tasks/redact';

interface Order {
  bulkId: string;
  action: BulkActionName;
  message: OperatorMessage;
  /** True when an earlier attempt may have sent it to a task without having written so. */
  doubtful: boolean;
  /** Whether tasks of a type are better left to another worker, which knows it. */
  isElsewhere(type: string): Promise<boolean>;
}

class Elsewhere extends Error {}

type Outcome = Pick<BulkReportLine, 'outcome' | 'detail' | 'kept'>;

/** Sends the bulk action's command to single tasks, and reports what became of it. */
export class CommandSender {
  /** Set once the server is away: whoever is left has to wait for another attempt. */
  away: HoldfastError | undefined;
  /** A task type that this worker does not know and another one does: what is left of it is for that one. */
  elsewhere: string | undefined;
  /** Names the bulk action in each task's timeline, so that it can be found there. */
  private readonly by: string;

  constructor(
    private readonly tasks: Pick<TaskClient, 'send' | 'timeline'>,
    private readonly order: Order,
  ) {
    this.by = `${order.message.by ?? 'operator'} (${order.bulkId})`;
  }

  /** @returns Nothing when the server is away. */
  async send(index: number, target: BulkTarget): Promise<BulkReportLine | undefined> {
    if (this.away) return undefined;
    try {
      const { id, type, fingerprint } = target;
      const outcome = await this.outcomeOf(target);
      const at = new Date().toISOString();
      return { index, id, ...(type && { type }), ...(fingerprint && { fingerprint }), ...outcome, at };
    } catch (error) {
      if (error instanceof Elsewhere) {
        this.elsewhere = error.message;
        return undefined;
      }
      if (!isAway(error)) throw error;
      this.away = error;
      return undefined;
    }
  }

  private async outcomeOf(target: BulkTarget): Promise<Outcome> {
    const { runId } = target;
    if (runId === undefined) return { outcome: 'refused', detail: `There is no task ${target.id}.` };
    const outcome = await this.act({ ...target, runId });
    if (outcome.outcome === 'done' || !this.order.doubtful) return outcome;
    return (await this.wasHere(target)) ? { outcome: 'done' } : outcome;
  }

  private async act(target: BulkTarget & { runId: string }): Promise<Outcome> {
    const { action, message } = this.order;
    try {
      const answer = await this.tasks.send(target, action, { ...message, by: this.by });
      if (!answer) return { outcome: 'moved-on', detail: 'No longer as it was seen.' };
      return { outcome: 'done', ...(answer === 'kept' && { kept: true }) };
    } catch (error) {
      if (isAway(error)) throw error;
      const isUnknown = error instanceof HoldfastError && error.code === 'unknown-task-type';
      if (isUnknown && target.type && (await this.order.isElsewhere(target.type))) throw new Elsewhere(target.type);
      const detail = redactText(error instanceof Error ? error.message : String(error));
      return { outcome: error instanceof HoldfastError ? 'refused' : 'failed', detail };
    }
  }

  private async wasHere({ id }: BulkTarget): Promise<boolean> {
    try {
      return (await this.tasks.timeline(id)).some(({ by }) => by?.includes(this.order.bulkId));
    } catch (error) {
      if (error instanceof HoldfastError && error.code === 'task-not-found') return false;
      throw error;
    }
  }
}

function isAway(error: unknown): error is HoldfastError {
  return error instanceof HoldfastError && (error.code === 'unavailable' || error.code === 'not-set-up');
}
