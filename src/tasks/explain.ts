import type { TaskFacts } from './state';
import type { AwaitedTasks, TaskState } from './words';

/** Why a task is where it is: one cause, and what to do. */
export interface Why {
  cause:
    | 'waits-for-its-time'
    | 'no-worker'
    | 'waits-for-a-worker'
    | 'worker-starting'
    | 'workflow-task-failing'
    | 'running'
    | 'heartbeat-late'
    | 'waits-for-next-attempt'
    | 'breaker-open'
    | 'waits-for-redrive'
    | 'paused'
    | 'waits-for-an-operator'
    | 'ended';
  message: string;
  /** ISO time since when it is so, when known. */
  since?: string;
  /** What a person can do; absent when there is nothing to do. */
  todo?: string;
  /** The one command to type for it, as a rule. */
  command?: string;
}

/** The first workflow task of a healthy task succeeds; a few failures in a row mean the code cannot run it. */
const FAILING_AFTER = 3;

/** Silence that is late, as a part of the heartbeat time-out: a healthy attempt is silent for three quarters of it. */
const LATE = 0.85;

/**
 * Names the one cause. Pure.
 * @param workers How many workers poll the task's queue; undefined when nobody asked.
 */
export function explain(facts: TaskFacts, state: TaskState, workers: number | undefined, now: Date): Why {
  const { workflowTask } = facts;
  if (workflowTask && workflowTask.attempt >= FAILING_AFTER && facts.status === 'open') {
    if (facts.memo.inline && facts.tried) return diesInline(facts, workflowTask.attempt);
    return {
      cause: 'workflow-task-failing',
      message: `The task's workflow code fails again and again (attempt ${workflowTask.attempt}); a deploy may have broken its replay`,
      ...since(workflowTask.since),
      todo: `temporal workflow show --workflow-id '${facts.taskId}' shows the error; deploy a fixed worker and the task goes on`,
      command: `temporal workflow show --workflow-id '${facts.taskId}'`,
    };
  }
  const why = REASONS[state](facts, workers, now);
  return facts.asked?.length ? whileAsked(why, facts, workers) : why;
}

/** What was asked for and not taken comes first: it is about to change where the task is. */
function whileAsked(why: Why, { asked = [], queue }: TaskFacts, workers: number | undefined): Why {
  const waits = asked.map(({ action, at, by }) => `${action} asked at ${at}${by ? ` by ${by}` : ''}`).join(', ');
  const message = `${waits}: waits for a worker. ${why.message}`;
  return workers === 0 ? { ...noWorker(queue, asked[0]?.at), message } : { ...why, message };
}

/** An inline attempt that keeps killing its worker is begun as such by old workers only. */
function diesInline({ taskId, workflowTask, tried }: TaskFacts, attempt: number): Why {
  const last = tried?.failures.at(-1);
  return {
    cause: 'workflow-task-failing',
    message: `${last?.message ?? 'Its worker was lost while it ran'} (workflow task ${attempt}); the next worker goes on with ordinary attempts, and counts how many are lost`,
    ...since(last?.at ?? workflowTask?.since),
    todo: `See what became of its worker ${last?.worker ?? ''}: the handler may kill it; holdfast cancel ${taskId} gives the task up`,
    command: 'holdfast workers',
  };
}

const REASONS: Record<TaskState, (facts: TaskFacts, workers: number | undefined, now: Date) => Why> = {
  scheduled: ({ memo }) => ({
    cause: 'waits-for-its-time',
    message: `Starts at ${memo.runAt}`,
    ...since(memo.createdAt),
  }),
  queued: (facts, workers) => waiting(facts, workers),
  running: running,
  retrying: (facts, workers, now) => {
    const { handler, memo, queue } = facts;
    const { attempts, lostAttempts } = memo.policy ?? {};
    const due = Date.parse(handler?.nextAttemptAt ?? '') <= now.getTime() || !handler?.nextAttemptAt;
    if (due && workers === 0) return noWorker(queue, handler?.nextAttemptAt ?? handler?.scheduledAt);
    const { waitsFor, awaits } = handler?.heartbeat ?? {};
    if (waitsFor) {
      return {
        cause: 'breaker-open',
        message: `Circuit breaker ${waitsFor.breaker} is open; the task looks again at ${waitsFor.until} and has used up no attempt`,
        ...since(handler?.heartbeat?.startedAt ?? handler?.scheduledAt),
        todo: `Mend what it protects; holdfast breakers close ${waitsFor.breaker} once it works`,
        command: `holdfast breakers close ${waitsFor.breaker}`,
      };
    }
    const when = due ? 'now' : `at ${handler.nextAttemptAt}`;
    if (awaits) return awaiting(facts.taskId, awaits, when);
    return {
      cause: 'waits-for-next-attempt',
      message: `Attempt ${(handler?.attempt ?? 0) + (handler?.heartbeat?.offset ?? 0)} starts ${when} (${attempts} may fail, ${lostAttempts} may be lost); last error: ${handler?.lastFailure ?? 'unknown'}`,
      ...since(handler?.heartbeat?.failures.at(-1)?.at),
      todo: `holdfast retry ${facts.taskId} starts it now; holdfast cancel ${facts.taskId} gives up`,
      command: `holdfast retry ${facts.taskId}`,
    };
  },
  paused: ({ taskId, handler }) => ({
    cause: 'paused',
    message: 'Paused by an operator',
    ...since(handler?.pausedAt),
    todo: `holdfast resume ${taskId} lets it go on`,
    command: `holdfast resume ${taskId}`,
  }),
  'dead-lettered': parked,
  completed: ended,
  failed: ended,
  cancelled: ended,
};

function awaiting(taskId: string, { open, of, since: begin, named }: AwaitedTasks, when: string): Why {
  const [first = ''] = named;
  return {
    cause: 'waits-for-next-attempt',
    message: `${open} of ${of} of its tasks are open: ${named.join(', ')}${open > named.length ? ', …' : ''}; it looks again ${when} and has used up no attempt`,
    ...since(begin),
    todo: `holdfast why ${first} tells what the first of them waits for; holdfast cancel ${taskId} ends the waiting, and the others live on`,
    command: `holdfast why ${first}`,
  };
}

function parked({ taskId, failure, memo }: TaskFacts): Why {
  const { parking } = memo;
  if (parking?.nextRedriveAt) {
    const { redrives, maxRedrives, nextRedriveAt, code, message } = parking;
    return {
      cause: 'waits-for-redrive',
      message: `Runs again at ${nextRedriveAt} (redrive ${redrives + 1} of ${maxRedrives}); last error: ${code}: ${message}`,
      ...since(parking.since),
      todo: `holdfast retry ${taskId} runs it now, with --input FILE for a corrected input; resolve and abandon end the wait`,
      command: `holdfast retry ${taskId}`,
    };
  }
  const unknown = failure?.code === 'OUTCOME_UNKNOWN';
  return {
    cause: 'waits-for-an-operator',
    message: unknown
      ? `${parking?.message ?? 'Outcome unknown'}; running it twice could do harm`
      : 'Waits for an operator',
    ...since(parking?.since),
    todo: `See what happened outside, then holdfast resolve ${taskId} --result FILE; retry runs it again, fail --reason TEXT ends it`,
    command: unknown ? `holdfast resolve ${taskId} --result FILE` : `holdfast retry ${taskId}`,
  };
}

function waiting({ queue, handler, workflowTask, startedAt }: TaskFacts, workers: number | undefined): Why {
  const begin = handler?.scheduledAt ?? workflowTask?.since ?? startedAt;
  if (workers === 0) return noWorker(queue, begin);
  if (workflowTask?.started)
    return { cause: 'worker-starting', message: 'A worker has just taken the task', ...since(begin) };
  const message =
    workers === undefined
      ? `Waits in queue ${queue}`
      : `Waits for a free place; ${workers} worker(s) serve queue ${queue}`;
  return {
    cause: 'waits-for-a-worker',
    message,
    ...since(begin),
    todo: `If it lasts, start more workers: npm run worker -- --queues ${queue}; holdfast workers shows what they are busy with`,
    command: 'holdfast workers',
  };
}

function noWorker(queue: string, begin: string | undefined): Why {
  return {
    cause: 'no-worker',
    message: `No worker serves queue ${queue}`,
    ...since(begin),
    todo: `npm run worker -- --queues ${queue}`,
    command: `npm run worker -- --queues ${queue}`,
  };
}

function running(
  { handler, memo, queue, finishing, workflowTask }: TaskFacts,
  workers: number | undefined,
  now: Date,
): Why {
  if (finishing && workers === 0) return noWorker(queue, workflowTask?.since);
  if (finishing)
    return {
      cause: 'running',
      message: 'The handler has ended; its result is being recorded',
      ...since(workflowTask?.since),
    };
  const limit = memo.policy?.heartbeatTimeout ?? 0;
  const silent = handler?.lastHeartbeatAt ? (now.getTime() - Date.parse(handler.lastHeartbeatAt)) / 1000 : 0;
  if (limit > 0 && silent > limit * LATE) {
    return {
      cause: 'heartbeat-late',
      message: `No life sign for ${Math.round(silent)} s; counts as lost after ${limit} s and starts again elsewhere`,
      ...since(handler?.lastHeartbeatAt),
      todo: `Look at its worker ${handler?.worker ?? ''}: it may be dead, frozen or cut off. Nothing is lost: the task goes on by itself`,
      command: 'holdfast workers',
    };
  }
  const message = handler
    ? `Attempt ${handler.heartbeat?.attempt ?? handler.attempt} runs on ${handler.worker ?? 'a worker'}`
    : 'Runs inside its workflow task';
  return { cause: 'running', message, ...since(handler?.startedAt) };
}

function ended({ taskId, status, closedAt }: TaskFacts): Why {
  const again = status !== 'completed' && {
    todo: `holdfast retry ${taskId} runs it again`,
    command: `holdfast retry ${taskId}`,
  };
  return { cause: 'ended', message: 'The task has ended', ...since(closedAt), ...again };
}

function since(time: string | undefined): { since?: string } {
  return time ? { since: time } : {};
}
