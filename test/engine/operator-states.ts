import type { TaskView } from '../../src/client/read/view';
import type { TaskState } from '../../src/protocol/task';
import type { Harness } from '../support/harness';
import { until } from '../support/until';

/** Who serves a task's queue when the message comes. */
export interface Hands {
  worker: boolean;
  maxQueueTime: boolean;
}

/** A task in the state that a case is about. */
export interface Prepared {
  id: string;
  /** What an attempt that runs waits for. */
  waitFor: string;
  ledger: string;
  /** As it was when the message was sent. */
  seen: TaskView;
}

/** Queues by what serves them: `busy` has one worker with one place, which is taken; `killed` loses its worker. */
export const QUEUES = { served: 'served', busy: 'busy', left: 'left', killed: 'killed', never: 'never' } as const;

const LATER = 3600;
/** Long enough for every message to find the lost attempt running, short enough to wait for its end. */
const HEARTBEAT_TIMEOUT = 20;

/** Makes a task and brings it into a state; tasks that need no worker for it have none if the case has none. */
export async function prepare(harness: Harness, state: TaskState, hands: Hands): Promise<Prepared> {
  const [ledger, waitFor] = [harness.file(), harness.file()];
  const { input, type = 'test.probe', runAt } = HOW[state](ledger, waitFor);
  const policy = {
    queue: queueOf(state, hands),
    ...(hands.maxQueueTime && { maxQueueTime: LATER }),
    ...(type === 'test.parked' && { redrives: { transient: [LATER] } }),
    heartbeatTimeout: HEARTBEAT_TIMEOUT,
  };
  const { task } = await harness.tasks.submit({ type, input, policy, ...(runAt && { runAt }) });
  const { id } = task;
  if (state === 'cancelled') {
    await taken(harness, id);
    await harness.tasks.act(id, 'cancel');
  }
  if (state === 'paused') {
    await harness.reaches(id, 'retrying');
    await harness.tasks.act(id, 'pause');
  }
  if (state === 'scheduled' && hands.worker) await taken(harness, id);
  if (state === 'running') await until('it heartbeats', async () => (await harness.tasks.read(id)).lastHeartbeatAt);
  return { id, waitFor, ledger, seen: await harness.reaches(id, state) };
}

interface How {
  input: object;
  type?: string;
  runAt?: Date;
}

const HOW: Record<TaskState, (ledger: string, waitFor: string) => How> = {
  scheduled: (ledger) => ({ input: { ledger }, runAt: new Date(Date.now() + LATER * 1000) }),
  queued: (ledger) => ({ input: { ledger } }),
  running: (ledger, waitFor) => ({ input: { ledger, waitFor } }),
  retrying: (ledger) => ({ input: { ledger, failures: 1, retryAfter: LATER } }),
  paused: (ledger) => ({ input: { ledger, failures: 1, retryAfter: LATER } }),
  'dead-lettered': (ledger) => ({ input: { ledger, failures: 1 }, type: 'test.parked' }),
  completed: (ledger) => ({ input: { ledger } }),
  failed: (ledger) => ({ input: { ledger, failures: 9, code: 'PERMANENT_VALIDATION' } }),
  cancelled: (ledger) => ({ input: { ledger }, runAt: new Date(Date.now() + LATER * 1000) }),
};

function queueOf(state: TaskState, { worker }: Hands): string {
  if (state === 'queued') return worker ? QUEUES.busy : QUEUES.never;
  if (worker) return QUEUES.served;
  if (state === 'scheduled') return QUEUES.never;
  return state === 'running' ? QUEUES.killed : QUEUES.left;
}

/** Waits until a worker has begun the task's workflow. */
async function taken(harness: Harness, id: string): Promise<void> {
  const isTaken = async () => {
    const { raw, historyLength } = await harness.temporal.workflow.getHandle(id).describe();
    return !raw.pendingWorkflowTask && historyLength > 3;
  };
  // The first tasks of all wait for a worker to evaluate its workflow code.
  await until('a worker has taken it', isTaken, 180);
}
