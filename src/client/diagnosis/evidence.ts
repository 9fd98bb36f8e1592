import type { Why } from '../../tasks/explain';
import type { TaskFacts } from '../../tasks/state';
import type { Breakers } from '../breakers/breakers';
import type { TimelineEntry } from '../read/timeline-entry';
import type { TaskView } from '../read/view';
import { workflowTaskError } from '../read/workflow-task-error';
import type { Gateway } from '../temporal/gateway';
import type { QueueInfo } from '../workers/queues';

export type Evidence = Record<string, string | number>;

/** Everything that may show a cause. */
interface Seen {
  gateway: Gateway;
  breakers: Breakers;
  facts: TaskFacts;
  view: TaskView;
  queue: QueueInfo;
  /** The operator's command that paused the task. */
  pause: TimelineEntry | undefined;
  now: Date;
}

type Facts = Record<string, string | number | undefined>;

/** What shows a cause; what is not known is left out. */
export async function evidenceOf(cause: Why['cause'], seen: Seen): Promise<Evidence> {
  const facts = await EVIDENCE[cause](seen);
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined)) as Evidence;
}

const EVIDENCE: Record<Why['cause'], (seen: Seen) => Facts | Promise<Facts>> = {
  'waits-for-its-time': ({ view }) => ({ createdAt: view.createdAt, scheduledFor: view.scheduledFor }),
  'no-worker': ({ queue }) => backlog(queue),
  'waits-for-a-worker': ({ queue }) => backlog(queue),
  'worker-starting': ({ facts, queue }) => ({ workflowTaskAttempt: facts.workflowTask?.attempt, ...backlog(queue) }),
  'workflow-task-failing': async ({ gateway, facts }) => ({
    workflowTaskAttempt: facts.workflowTask?.attempt,
    error: await workflowTaskError(gateway, facts.taskId, facts.runId),
  }),
  running: attempt,
  'heartbeat-late': ({ view, facts, now }) => ({
    ...attempt({ view }),
    silentSeconds: Math.round((now.getTime() - Date.parse(facts.handler?.lastHeartbeatAt ?? '')) / 1000),
    heartbeatTimeoutSeconds: facts.memo.policy?.heartbeatTimeout,
  }),
  'waits-for-next-attempt': ({ view, facts }) => {
    const { attempts, nextAttemptAt } = view;
    const { awaits } = facts.handler?.heartbeat ?? {};
    if (awaits) return { attempts, nextAttemptAt, openTasks: awaits.open, awaitedTasks: awaits.of };
    return {
      attempts,
      nextAttemptAt,
      ...failure(view.failures?.at(-1)),
      lastError: view.failures?.length ? undefined : facts.handler?.lastFailure,
    };
  },
  'breaker-open': async ({ breakers, facts }) => {
    const { breaker = '', until } = facts.handler?.heartbeat?.waitsFor ?? {};
    const record = await breakers.find(breaker);
    return {
      breaker,
      breakerState: record?.state,
      breakerSinceAt: record?.since,
      breakerFailures: record?.failures,
      breakerError: record?.lastFailure && `${record.lastFailure.code}: ${record.lastFailure.message}`,
      openedBy: record?.operator?.by,
      openUntilAt: record?.openUntil,
      looksAgainAt: until,
    };
  },
  'waits-for-redrive': ({ view, facts }) => ({ ...parking(view), nextRedriveAt: facts.memo.parking?.nextRedriveAt }),
  paused: ({ view, pause }) => ({ pausedBy: pause?.by, reason: pause?.reason, attempts: view.attempts }),
  'waits-for-an-operator': ({ view }) => parking(view),
  ended: ({ view }) => ({
    endedAt: view.endedAt,
    attempts: view.attempts,
    failureCode: view.failure?.code,
    failureMessage: view.failure?.message,
    abandonedBecause: view.failure?.abandonedBecause,
    resolvedBy: view.resolvedBy,
  }),
};

function backlog({ workers, backlog: waiting, backlogAgeSeconds }: QueueInfo): Facts {
  return { workers: workers.length, backlog: waiting, backlogAgeSeconds };
}

function attempt({ view }: Pick<Seen, 'view'>): Facts {
  const { attempts, worker, attemptStartedAt, lastHeartbeatAt, progress, stage } = view;
  return { attempt: attempts, worker, attemptStartedAt, lastHeartbeatAt, progress, stage };
}

function failure(last: { code: string; message: string; at: string; worker?: string } | undefined): Facts {
  return { failureCode: last?.code, failureMessage: last?.message, failedAt: last?.at, failedOn: last?.worker };
}

function parking({ parking: record, failure: last }: TaskView): Facts {
  return {
    parkedAt: record?.since,
    attempts: record?.attempts,
    redrives: record?.redrives,
    maxRedrives: record?.maxRedrives,
    failureCode: last?.code,
    failureMessage: last?.message,
  };
}
