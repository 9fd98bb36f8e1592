import type { OperatorMessage, TaskState } from './task';

/** The messages of operators. `expire` is the monitor's, and none of these. */
export const OPERATOR_ACTIONS = ['retry', 'resolve', 'abandon', 'fail', 'cancel', 'pause', 'resume'] as const;
export type OperatorAction = (typeof OPERATOR_ACTIONS)[number];

/**
 * What a message does where it is legal: `message`: the task's run takes it; `next-attempt`: the server starts the
 * attempt that waits; `new-run`: a new run follows the ended one.
 */
export type Effect = 'message' | 'next-attempt' | 'new-run';

interface Rule {
  legal: Partial<Record<TaskState, Effect>>;
  /** The states that are meant when a filter names none. */
  meant: readonly TaskState[];
}

const MESSAGE = 'message' as const;
const OPEN = {
  scheduled: MESSAGE,
  queued: MESSAGE,
  running: MESSAGE,
  retrying: MESSAGE,
  paused: MESSAGE,
  'dead-lettered': MESSAGE,
};

/** Which message is legal in which state: API, bulk actions, command line, client and workflow read it here. */
const RULES: Record<OperatorAction, Rule> = {
  cancel: { legal: OPEN, meant: ['scheduled', 'queued', 'running', 'retrying', 'paused', 'dead-lettered'] },
  pause: {
    legal: { scheduled: MESSAGE, queued: MESSAGE, running: MESSAGE, retrying: MESSAGE },
    meant: ['scheduled', 'queued', 'running', 'retrying'],
  },
  resume: { legal: { paused: MESSAGE, running: MESSAGE }, meant: ['paused'] },
  retry: {
    legal: { retrying: 'next-attempt', 'dead-lettered': MESSAGE, failed: 'new-run', cancelled: 'new-run' },
    meant: ['dead-lettered'],
  },
  resolve: { legal: { ...OPEN, failed: 'new-run' }, meant: ['dead-lettered'] },
  fail: { legal: OPEN, meant: ['dead-lettered'] },
  abandon: { legal: OPEN, meant: ['dead-lettered'] },
};

/** What the message does to a task in this state; `undefined` where it is refused. */
export function effectOf(action: OperatorAction, state: TaskState): Effect | undefined {
  return RULES[action].legal[state];
}

/** Why the message is refused in this state; `undefined` where it is legal. */
export function refusalOf(action: OperatorAction, state: TaskState): string | undefined {
  if (effectOf(action, state)) return undefined;
  if (state === 'completed' || state === 'failed' || state === 'cancelled') {
    return `The task has ended as ${state}, so ${action} has no effect any more.`;
  }
  const allowed = Object.keys(RULES[action].legal).join(', ');
  return `A task that is ${state} cannot be told to ${action}; that works for: ${allowed}.`;
}

/** The states that a bulk action is about when its filter names none. Ended tasks must be named. */
export function meantStates(action: OperatorAction): TaskState[] {
  return [...RULES[action].meant];
}

/** The messages after which a task ends. */
export const VERDICTS = ['resolve', 'fail', 'abandon'] as const;

/** A message that was accepted and that no worker has taken yet. Times are ISO. */
export interface AskedMessage {
  action: string;
  at: string;
  by?: string;
  reason?: string;
  /** Of messages that {@link OperatorMessage} calls so. */
  id?: NonNullable<OperatorMessage['id']>;
}

/**
 * The message among those before it that makes one void: messages are obeyed in the order in which they arrive, and a
 * task that is about to end, or to run again, takes no other end.
 */
export function forestalledBy<Asked extends Pick<AskedMessage, 'action'>>(
  action: OperatorAction,
  before: readonly Asked[],
): Asked | undefined {
  if (action === 'cancel') return undefined;
  const decisive: string[] = [...VERDICTS, 'expire', 'cancel'];
  const also = action === 'pause' || action === 'resume' ? [] : ['retry'];
  return before.find((asked) => decisive.includes(asked.action) || also.includes(asked.action));
}

/** The type of the failure with which a workflow refuses a message. */
export const REFUSED = 'OPERATOR_REFUSED';
