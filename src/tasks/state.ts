import type { AskedMessage } from '../protocol/operator';
import type { AttemptFailure, AttemptsReport, Heartbeat, RecordedState, TaskMemo, TaskState } from '../protocol/task';

/** Close status of the run, as the server knows it. */
export type RunStatus = 'open' | 'completed' | 'failed' | 'cancelled' | 'terminated' | 'timed-out' | 'continued';

/** What the server itself says of the handler's activity while it is pending. */
export interface PendingHandler {
  activityId: string;
  state: 'scheduled' | 'started' | 'cancel-requested' | 'paused' | 'pause-requested';
  /** The server's count within this activity; 1 for the first. */
  attempt: number;
  heartbeat?: Heartbeat;
  lastFailure?: string;
  scheduledAt?: string;
  startedAt?: string;
  nextAttemptAt?: string;
  lastHeartbeatAt?: string;
  worker?: string;
  /** Since when the server itself holds the activity. */
  pausedAt?: string;
}

/** Everything a reader can know of a task without any worker. All times are ISO. */
export interface TaskFacts {
  taskId: string;
  runId: string;
  /** The first run of the chain that this one continues; absent when nobody asked. */
  firstRunId?: string;
  type: string;
  queue: string;
  status: RunStatus;
  startedAt: string;
  closedAt?: string;
  historyLength: number;
  memo: Partial<TaskMemo>;
  recorded?: RecordedState;
  failure?: Pick<AttemptFailure, 'class' | 'code' | 'fingerprint'>;
  tags: string[];
  handler?: PendingHandler;
  /** The handler has ended, and the workflow has yet to take note of it. */
  finishing?: true;
  /** What earlier rounds of attempts came to, where the server's description does not say. */
  tried?: AttemptsReport;
  /** The workflow task that waits for a worker or runs on one. */
  workflowTask?: { started: boolean; attempt: number; since?: string };
  /** Accepted messages that no worker has taken yet, oldest first; absent when nobody asked. */
  asked?: AskedMessage[];
}

const ENDS = {
  completed: 'completed',
  failed: 'failed',
  cancelled: 'cancelled',
  terminated: 'failed',
  'timed-out': 'failed',
} as const;

/** The one place that says which state a task is in. Pure: reading a state never changes anything. */
export function deriveState(facts: TaskFacts, now: Date): TaskState {
  const { status } = facts;
  if (status !== 'open' && status !== 'continued') return ENDS[status];
  if (facts.handler) return stateOfHandler(facts.handler, facts.recorded);
  if (facts.recorded === 'scheduled') {
    return Date.parse(facts.memo.runAt ?? '') > now.getTime() ? 'scheduled' : 'queued';
  }
  if (facts.recorded) return facts.recorded;
  if (facts.finishing) return 'running';
  return facts.memo.inline && facts.workflowTask?.started ? 'running' : 'queued';
}

/** Whether the task still has to end; a dead letter has. */
export function isOpen(state: TaskState): boolean {
  return state !== 'completed' && state !== 'failed' && state !== 'cancelled';
}

function stateOfHandler(handler: PendingHandler, recorded: RecordedState | undefined): TaskState {
  if (handler.state === 'paused') return 'paused';
  if (handler.state !== 'scheduled') return 'running';
  // Paused while an attempt ran that has failed since: the next one finds the pause when its time comes.
  if (recorded === 'paused') return 'paused';
  return handler.attempt > 1 ? 'retrying' : 'queued';
}
