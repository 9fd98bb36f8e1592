import type { AwaitedTasks, TaskState } from '../protocol/task';
import type { TaskFacts } from './state';
import { workerAdvice } from './worker-advice';

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
  /** The same without the failure's own message; absent where `message` does not repeat it. */
  situation?: string;
  /** ISO time since when it is so, when known. */
  since?: string;
  /** What a person can do; absent when there is nothing to do. */
  todo?: string;
  /** The one command to type for it, as a rule. */
  command?: string;
}

/** What is known of the workers of the task's queue. */
export interface Service {
  /** How many poll it; undefined when nobody asked. */
  workers: number | undefined;
  /** How many of them say that they have the task's type; undefined when none says what it has. */
  knowing?: number | undefined;
  /** Whether this installation does not know the type, so that its own worker would be of no use. */
  foreign?: boolean;
}

/** The first workflow task of a healthy task succeeds; a few failures in a row mean the code cannot run it. */
const FAILING_AFTER = 3;

/** Silence that is late, as a part of the heartbeat time-out: a healthy attempt is silent for three quarters of it. */
const LATE = 0.85;

/**
 * Names the one cause. Pure.
 */
export function explain(facts: TaskFacts, state: TaskState, service: Service, now: Date): Why {
  const { workflowTask } = facts;
  if (workflowTask && workflowTask.attempt >= FAILING_AFTER && facts.status === 'open') {
    if (facts.memo.inline && facts.tried) return diesInline(facts, workflowTask.attempt);
    return {
      cause: 'workflow-task-failing',
      message: `The task's workflow code fails again and again (attempt ${workflowTask.attempt}); a deploy may have broken its replay`,
      ...since(workflowTask.since),
      todo: `temporal workflow show --workflow-id '${facts.taskId}' shows the error; deploy a fixed worker and the task continues`,
      command: `temporal workflow show --workflow-id '${facts.taskId}'`,
    };
  }
  const why = REASONS[state](facts, service, now);
  return facts.asked?.length ? whileAsked(why, facts, service) : why;
}

/** What was asked for and not taken comes first: it is about to change where the task is. */
function whileAsked(why: Why, facts: TaskFacts, service: Service): Why {
  const { asked = [] } = facts;
  const waits = asked.map(({ action, at, by }) => `${action} asked at ${at}${by ? ` by ${by}` : ''}`).join(', ');
  const then = (text: string) => `${waits}: waits for a worker. ${text}`;
  const texts = { message: then(why.message), ...(why.situation && { situation: then(why.situation) }) };
  return lacksWorker(service) ? { ...noWorker(facts, service, asked[0]?.at), ...texts } : { ...why, ...texts };
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

const REASONS: Record<TaskState, (facts: TaskFacts, service: Service, now: Date) => Why> = {
  scheduled: ({ memo }) => ({
    cause: 'waits-for-its-time',
    message: `Starts at ${memo.runAt}`,
    ...since(memo.createdAt),
  }),
  queued: waiting,
  running: running,
  retrying: (facts, service, now) => {
    const { handler, memo } = facts;
    const { attempts, lostAttempts } = memo.policy ?? {};
    const due = Date.parse(handler?.nextAttemptAt ?? '') <= now.getTime() || !handler?.nextAttemptAt;
    if (due && lacksWorker(service)) return noWorker(facts, service, handler?.nextAttemptAt ?? handler?.scheduledAt);
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
    const situation = `Attempt ${(handler?.attempt ?? 0) + (handler?.heartbeat?.offset ?? 0)} starts ${when} (${attempts} may fail, ${lostAttempts} may be lost)`;
    return {
      cause: 'waits-for-next-attempt',
      message: `${situation}; last error: ${handler?.lastFailure ?? 'unknown'}`,
      situation,
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
    todo: `holdfast why ${first} shows what the first of them waits for; holdfast cancel ${taskId} ends the waiting, and the others continue`,
    command: `holdfast why ${first}`,
  };
}

function parked({ taskId, type, queue, failure, memo }: TaskFacts, { foreign }: Service): Why {
  const { parking } = memo;
  if (parking?.code === 'CONFIG_MISSING_SERVICE' && parking.message.endsWith(` knows the task type ${type}.`)) {
    const { nextRedriveAt, message } = parking;
    const start = workerAdvice(queue, foreign ? [type] : []).todo;
    const situation = nextRedriveAt ? `It looks again at ${nextRedriveAt}` : 'It waits for an operator';
    return {
      cause: nextRedriveAt ? 'waits-for-redrive' : 'waits-for-an-operator',
      message: `${message} ${situation}`,
      situation,
      ...since(parking.since),
      todo: `${start}; then holdfast retry ${taskId}: before that it would be parked again`,
      command: 'holdfast workers',
    };
  }
  if (parking?.nextRedriveAt) {
    const { redrives, maxRedrives, nextRedriveAt, code, message } = parking;
    const situation = `Runs again at ${nextRedriveAt} (redrive ${redrives + 1} of ${maxRedrives})`;
    return {
      cause: 'waits-for-redrive',
      message: `${situation}; last error: ${code}: ${message}`,
      situation,
      ...since(parking.since),
      todo: `holdfast retry ${taskId} runs it now, with --input FILE for a corrected input; resolve and abandon end the wait`,
      command: `holdfast retry ${taskId}`,
    };
  }
  const unknown = failure?.code === 'OUTCOME_UNKNOWN';
  return {
    cause: 'waits-for-an-operator',
    message: unknown
      ? `${withoutPeriod(parking?.message ?? 'Outcome unknown')}; running it twice could do harm`
      : 'Waits for an operator',
    ...(unknown && { situation: 'Running it twice could do harm' }),
    ...since(parking?.since),
    todo: `See what happened outside, then holdfast resolve ${taskId} --result FILE; retry runs it again, fail --reason TEXT ends it`,
    command: unknown ? `holdfast resolve ${taskId} --result FILE` : `holdfast retry ${taskId}`,
  };
}

function waiting(facts: TaskFacts, service: Service): Why {
  const { queue, handler, workflowTask, startedAt } = facts;
  const { workers } = service;
  const begin = handler?.scheduledAt ?? workflowTask?.since ?? startedAt;
  if (lacksWorker(service)) return noWorker(facts, service, begin);
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

function lacksWorker({ workers, knowing }: Service): boolean {
  return workers === 0 || (workers !== undefined && knowing === 0);
}

function noWorker({ queue, type }: TaskFacts, { workers, foreign }: Service, begin: string | undefined): Why {
  return {
    cause: 'no-worker',
    message: workers
      ? `${workers} worker(s) serve queue ${queue}, and none of them has the task type ${type}`
      : `No worker serves queue ${queue}`,
    ...since(begin),
    ...workerAdvice(queue, foreign ? [type] : []),
  };
}

function running(facts: TaskFacts, service: Service, now: Date): Why {
  const { handler, memo, finishing, workflowTask } = facts;
  if (finishing && service.workers === 0) return noWorker(facts, { workers: 0 }, workflowTask?.since);
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

function withoutPeriod(sentence: string): string {
  return sentence.replace(/\.$/, '');
}

function since(time: string | undefined): { since?: string } {
  return time ? { since: time } : {};
}
