import { HoldfastError } from '../errors';
import { deriveState, isOpen, type TaskFacts } from '../tasks/state';
import type { OperatorMessage, SignalName, TaskState } from '../tasks/words';
import type { Gateway } from './gateway';
import { isNotFound } from './gateway';
import type { TaskReader } from './reader';

/** The messages of operators. `expire` is the monitor's and not offered here. */
export type OperatorAction = Exclude<SignalName, 'expire'> | 'cancel';

const OPEN_STATES: readonly TaskState[] = ['scheduled', 'queued', 'running', 'retrying', 'paused', 'dead-lettered'];

/** In which states each message makes sense. `retry` and `resolve` of ended tasks start a new run instead. */
const ALLOWED: Record<OperatorAction, readonly TaskState[]> = {
  cancel: OPEN_STATES,
  pause: ['scheduled', 'queued', 'running', 'retrying'],
  resume: ['paused', 'running'],
  retry: ['retrying', 'dead-lettered'],
  resolve: OPEN_STATES,
  fail: OPEN_STATES,
  abandon: OPEN_STATES,
};

/**
 * Sends operators' messages. They are signals, so they are kept even while every worker is down; where
 * the server itself can act at once (pause, resume, retry between attempts), it is asked to as well.
 */
export class Operators {
  constructor(
    private readonly gateway: Gateway,
    private readonly reader: TaskReader,
  ) {}

  /** @throws HoldfastError `task-not-found`; `state-conflict` when the task's state does not allow it. */
  async send(facts: TaskFacts, action: OperatorAction, message: OperatorMessage): Promise<void> {
    const state = deriveState(facts, new Date());
    if (!ALLOWED[action].includes(state)) throw conflict(facts, state, action);
    if (action === 'retry' && state === 'retrying') refuseChanges(facts, state, message);
    if (message.parking !== undefined && message.parking !== facts.memo.parking?.number) throw movedOn(facts, state);
    try {
      if (action === 'cancel') await this.cancel(facts, message);
      else if (action === 'retry' && state === 'retrying') await this.startNextAttempt(facts);
      else await this.signal(facts, action, message);
      if (action === 'pause') await this.holdAttempts(facts);
      if (action === 'resume') await this.releaseAttempts(facts);
    } catch (error) {
      if (!isNotFound(error)) throw error;
      const now = await this.reader.facts(facts.taskId);
      throw now ? conflict(now, deriveState(now, new Date()), action) : error;
    }
  }

  private async signal({ taskId, runId }: TaskFacts, name: SignalName, message: OperatorMessage): Promise<void> {
    const handle = this.gateway.client.workflow.getHandle(taskId, runId);
    await this.gateway.call(() => handle.signal(name, message));
  }

  private async cancel({ taskId, runId }: TaskFacts, { by, reason }: OperatorMessage): Promise<void> {
    const { service, namespace } = this.gateway;
    await this.gateway.call(() =>
      service.requestCancelWorkflowExecution({
        namespace,
        workflowExecution: { workflowId: taskId, runId },
        requestId: `${runId}:cancel`,
        identity: by ?? this.gateway.client.options.identity,
        reason: reason ?? '',
      }),
    );
  }

  /** Ends the wait between two attempts; what is known of earlier ones stays. */
  private async startNextAttempt({ taskId, runId, handler }: TaskFacts): Promise<void> {
    const { service, namespace } = this.gateway;
    const execution = { workflowId: taskId, runId };
    await this.gateway.call(() => service.resetActivity({ namespace, execution, id: handler?.activityId ?? '' }));
  }

  private async holdAttempts({ taskId, runId, handler }: TaskFacts): Promise<void> {
    if (handler?.state !== 'scheduled') return;
    const { service, namespace } = this.gateway;
    const execution = { workflowId: taskId, runId };
    await this.gateway.find(() =>
      service.pauseActivity({ namespace, execution, id: handler.activityId, reason: 'task paused' }),
    );
  }

  private async releaseAttempts({ taskId, runId, handler }: TaskFacts): Promise<void> {
    if (handler?.state !== 'paused') return;
    const { service, namespace } = this.gateway;
    const execution = { workflowId: taskId, runId };
    await this.gateway.find(() => service.unpauseActivity({ namespace, execution, id: handler.activityId }));
  }
}

/** The server holds the input of attempts that are under way; only a task that runs anew can take another. */
function refuseChanges({ taskId }: TaskFacts, state: TaskState, { input, at }: OperatorMessage): void {
  if (input === undefined && at === undefined) return;
  const [thing, without] = input === undefined ? ['time', 'to have its next attempt now'] : ['input', 'without one'];
  const message = `A task between two attempts takes no other ${thing}. Retry it ${without}, or fail it and retry it then.`;
  throw new HoldfastError('state-conflict', message, { taskId, state });
}

function movedOn({ taskId, memo }: TaskFacts, state: TaskState): HoldfastError {
  const now = state === 'dead-lettered' ? `it is in parking ${memo.parking?.number}` : `it is ${state}`;
  return new HoldfastError('state-conflict', `The task has moved on: ${now}.`, { taskId, state });
}

export function conflict({ taskId }: TaskFacts, state: TaskState, action: OperatorAction): HoldfastError {
  const allowed = ALLOWED[action].join(', ');
  const message = isOpen(state)
    ? `A task that is ${state} cannot be told to ${action}; that works for: ${allowed}.`
    : `The task has ended as ${state}, so ${action} has no effect any more.`;
  // Who asks to run a task that runs, or has run, is to read so first.
  const run = action === 'retry' ? `Task ${taskId} is not in pending state. ` : '';
  return new HoldfastError('state-conflict', `${run}${message}`, { taskId, state });
}
