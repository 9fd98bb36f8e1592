import type { AskedMessage } from '../../protocol/operator';
import type { AttemptFailure, Parking, Policy, TaskState } from '../../protocol/task';
import { explain, type Service, type Why } from '../../tasks/explain';
import { deriveState, isOpen, type TaskFacts } from '../../tasks/state';
import { windowEnd } from '../submit/window';
import { attemptsSeen } from './attempts-seen';
import type { TaskEnding, TaskFailureView } from './ending';
import { shown } from './shown';

/** A task as the API, the command line and library users see it. Times are ISO. */
export interface TaskView {
  id: string;
  type: string;
  state: TaskState;
  /** 0 to 100; 100 only with the result present. Never falls. */
  progress: number;
  stage?: string;
  /** Runs of the handler so far, the current one included. Lists do not know it of ended tasks. */
  attempts?: number;
  /** Failed and lost attempts, oldest first; the last 20. */
  failures?: AttemptFailure[];
  generation?: string;
  runId: string;
  key?: string;
  /** What it does, in a line, where its type says so. */
  description?: string;
  tenant?: string;
  /** ID of the HTTP request that submitted it. */
  requestId?: string;
  tags: string[];
  category?: string;
  queue: string;
  priority?: number;
  createdAt: string;
  scheduledFor?: string;
  attemptStartedAt?: string;
  lastHeartbeatAt?: string;
  nextAttemptAt?: string;
  endedAt?: string;
  /** When the key comes free; while the task is open, it is not known. */
  windowEndsAt?: string;
  worker?: string;
  /** A pause that takes effect after the running attempt. */
  pauseRequested?: true;
  /** Messages that were accepted and that no worker has taken yet, oldest first. Lists leave them out. */
  asked?: AskedMessage[];
  why?: Why;
  result?: unknown;
  failure?: TaskFailureView;
  /** What is known of a parked task, and when it runs again by itself. */
  parking?: Parking;
  /** The operator who gave the result. */
  resolvedBy?: string;
  policy?: Policy;
}

/** What {@link viewOf} may know beyond the facts. */
interface Extra {
  ending?: TaskEnding | undefined;
  /** Of the workers of the queue. Lists omit it, and with it `why` of what is queued. */
  service?: Service | undefined;
}

export function viewOf(facts: TaskFacts, { ending, service = { workers: undefined } }: Extra, now: Date): TaskView {
  const { memo, handler, status } = facts;
  const state = deriveState(facts, now);
  const heartbeat = handler?.heartbeat;
  const parking = state === 'dead-lettered' ? memo.parking : undefined;
  const end = windowEnd(facts);
  const seen = isOpen(state) ? attemptsSeen(facts) : undefined;
  const view: TaskView = {
    id: facts.taskId,
    type: facts.type,
    state,
    // A task at 100 has its result; one whose handler has ended is as good as there.
    progress:
      status === 'completed'
        ? 100
        : facts.finishing
          ? 99
          : Math.min(heartbeat?.progress ?? facts.tried?.progress ?? 0, 99),
    runId: facts.runId,
    tags: facts.tags,
    queue: facts.queue,
    createdAt: memo.createdAt ?? facts.startedAt,
  };
  assign(view, {
    attempts: ending?.attempts ?? parking?.attempts ?? seen?.attempts,
    failures: shown(ending?.failures ?? parking?.failures ?? seen?.failures),
    stage: state === 'running' ? heartbeat?.stage : undefined,
    generation: memo.generation,
    key: memo.key,
    description: shown(memo.description),
    tenant: memo.tenant,
    requestId: memo.requestId,
    category: memo.policy?.category,
    priority: memo.policy?.priority,
    scheduledFor: memo.runAt,
    attemptStartedAt: state === 'running' ? handler?.startedAt : undefined,
    lastHeartbeatAt: handler?.lastHeartbeatAt,
    nextAttemptAt: state === 'retrying' ? handler?.nextAttemptAt : undefined,
    endedAt: facts.closedAt,
    windowEndsAt: end,
    worker: state === 'running' ? handler?.worker : undefined,
    pauseRequested: state === 'running' && facts.recorded === 'paused' ? true : undefined,
    asked: facts.asked?.length ? shown(facts.asked.map(({ id: _name, ...asked }) => asked)) : undefined,
    result: ending?.output,
    failure: shown(ending?.failure ?? parkedFailure(facts, state)),
    parking: shown(parking),
    resolvedBy: ending?.resolvedBy,
    policy: memo.policy,
    why: service.workers === undefined && state === 'queued' ? undefined : shown(explain(facts, state, service, now)),
  });
  return view.why ? { ...view, why: failureFirst(view.why, view) } : view;
}

/** Who asks why a task has ended asks for its failure. */
export function failureFirst(why: Why, { state, failure }: Pick<TaskView, 'state' | 'failure'>): Why {
  if (state !== 'failed' || why.cause !== 'ended' || !failure) return why;
  const { code, message } = failure;
  return { ...why, message: code === 'UNKNOWN' && !message ? why.message : `${code}: ${message}` };
}

function parkedFailure({ failure, memo }: TaskFacts, state: TaskState): TaskFailureView | undefined {
  return failure && state === 'dead-lettered'
    ? { ...failure, message: memo.parking?.message ?? failure.code }
    : undefined;
}

function assign(view: TaskView, more: { [K in keyof TaskView]?: TaskView[K] | undefined }): void {
  for (const [key, value] of Object.entries(more)) {
    if (value !== undefined) Object.assign(view, { [key]: value });
  }
}
