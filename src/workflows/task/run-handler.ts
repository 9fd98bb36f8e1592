import {
  ActivityCancellationType,
  CancellationScope,
  condition,
  patched,
  proxyActivities,
  proxyLocalActivities,
  workflowInfo,
} from '@temporalio/workflow';
import { attemptAfter, HANDLER_ACTIVITY, type HandlerCall, type HandlerReturn } from '../../protocol/task';
import { attemptPolicy } from './attempt-policy';
import { AttemptsUnderWay } from './attempts-under-way';
import { type Interrupted, type Outcome, outcomeOf } from './outcome';
import { type Life, waitWhilePaused } from './waiting';

type Handlers = Record<string, (call: HandlerCall) => Promise<HandlerReturn>>;

/** Attempts lost with a worker start again soon; failures set their own next delay, which outranks this. */
const AFTER_LOSS = { initialInterval: '500 ms', backoffCoefficient: 2, maximumInterval: '30 s' } as const;

/** What a hung handler gets beyond its limit before the server gives the attempt up. */
const HANG_GRACE = 15;

/**
 * What the server allows in one round. No policy allows as many; the rest is for attempts that step back
 * before they begin, because the task is paused, a circuit breaker is open, or another worker knows the type.
 */
const MOST_ATTEMPTS = 100_000;

/** The SDK's name for an attempt that reached a worker without a handler for it. */
const UNKNOWN_TYPE = 'NotFoundError';
/** How often another one is looked for before the task is parked: a quarter of a minute together. */
const MISSES = 4;

/** The server's own words for attempts that ended without an answer: work that is not idempotent stops there. */
const LOST = ['TemporalTimeout:StartToClose', 'TemporalTimeout:Heartbeat'];

/** Events up to the start of a run's first workflow task, when nothing came in between. */
const FIRST_STEP = 3;

/** What a round of attempts begins with. */
interface Round {
  input: unknown;
  /** 1 for the first. */
  round: number;
  /** Failures of attempts up to this one count no more. */
  forgivenUpTo: number;
}

/** Runs the handler until it succeeds, is used up, or is cancelled. */
export async function runHandler(life: Life, { input, round, forgivenUpTo }: Round): Promise<Outcome> {
  const { start } = life;
  const call: HandlerCall = {
    type: start.type,
    generation: start.generation,
    ...(start.tenant !== undefined && { tenant: start.tenant }),
    ...requestOf(workflowInfo().memo),
    input,
    policy: start.policy,
    idempotent: start.idempotent,
    carried: life.tried.failures,
    forgivenUpTo,
    inline: false,
  };
  if (!start.inline || round > 1) return runWhereKnown(life, call, round);

  const first = await runInline(call);
  const goesOn = first.kind === 'failed' && (first.retryable || (first.unknownType && start.policy.redrives));
  if (first.kind === 'interrupted') return runWhereKnown(life, call, round);
  if (!goesOn) return first;
  const { failures, retryAt } = first.failure;
  life.tried = first.failure;
  return runWhereKnown(life, { ...call, carried: failures, ...(retryAt && { notBefore: retryAt }) }, round);
}

/** Which request submitted the task, as its memo says. */
function requestOf(memo: Readonly<Record<string, unknown>> | undefined): Pick<HandlerCall, 'requestId'> {
  const requestId = memo?.requestId;
  return typeof requestId === 'string' ? { requestId } : {};
}

/**
 * The first attempt of an inline task: no round trip to the server before it, no heartbeat during it. When it is not
 * the run's very first step, or is replayed without its end being known, a worker may have died of it before: then the
 * attempt looks into the history before it begins. The arguments of a local activity stand in no history.
 */
async function runInline(call: HandlerCall): Promise<Outcome | Interrupted> {
  const handlers = proxyLocalActivities<Handlers>({
    startToCloseTimeout: milliseconds(call.policy.timeout),
    retry: { maximumAttempts: 1 },
    cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
  });
  const { historyLength, unsafe } = workflowInfo();
  const repeated = historyLength > FIRST_STEP || unsafe.isReplaying;
  return settle(call, () => pick(handlers, call.type)({ ...call, inline: true, ...(repeated && { repeated }) }));
}

/** During a deploy, workers that know a new task type stand beside some that do not: those are asked a few times. */
async function runWhereKnown(life: Life, call: HandlerCall, round: number): Promise<Outcome> {
  for (let miss = 1; ; miss++) {
    const outcome = await runOrdinary(life, call, round);
    const unknownType = outcome.kind === 'failed' && outcome.unknownType;
    if (!unknownType || !call.policy.redrives || miss > MISSES) return outcome;
    const summary = `its queue's worker does not know ${call.type}; asked again soon`;
    await condition(() => life.desk.verdict !== undefined, `${2 ** (miss - 1)} s`, { summary });
    if (life.desk.verdict) return outcome;
  }
}

/** Attempts on the server, in one activity after another where the server cannot go on with the same one. */
async function runOrdinary(life: Life, call: HandlerCall, round: number): Promise<Outcome> {
  const { desk, states } = life;
  let next = call;
  for (let part = 1; ; part++) {
    const outcome = await runActivity(life, next, { round, part });
    const held = desk.paused && outcome.kind === 'failed' && outcome.failure.code === 'TASK_QUEUE_TIMED_OUT';
    if (held && patched('a-pause-is-no-wait-for-a-worker')) {
      await waitWhilePaused(life);
      if (desk.verdict) return outcome;
      continue;
    }
    if (outcome.kind !== 'interrupted') return outcome;
    const { report, resume, error } = outcome;
    life.tried = report;
    // A resume may have come in the same moment.
    if (!desk.paused) states.record(undefined);
    await waitWhilePaused(life);
    if (desk.verdict) return { kind: 'cancelled', error, report };
    next = { ...call, carried: report.failures, ...(resume && { resume }) };
  }
}

async function runActivity(
  life: Life,
  call: HandlerCall,
  { round, part }: { round: number; part: number },
): Promise<Outcome | Interrupted> {
  const activityId = part === 1 ? `${HANDLER_ACTIVITY}-${round}` : `${HANDLER_ACTIVITY}-${round}.${part}`;
  const handlers = proxyActivities<Handlers>({
    ...activityOptions(call, round === 1 && call.carried.length === 0 && !call.resume),
    activityId,
    summary: summary(call, round),
  });
  const attempts = new AttemptsUnderWay(life, activityId);
  return settle(call, () =>
    attempts.run(() => pick(handlers, call.type)({ ...call, policy: attemptPolicy(call.policy), mayBeHeld: true })),
  );
}

async function settle(call: HandlerCall, run: () => Promise<HandlerReturn>): Promise<Outcome | Interrupted> {
  try {
    const { output, failures } = await run();
    return { kind: 'completed', end: { output, attempts: attemptAfter(failures), failures } };
  } catch (error) {
    return outcomeOf(error, call, CancellationScope.current().consideredCancelled);
  }
}

/** @param first No attempt of the task has gone before: only then is its wait in the queue one for the first worker. */
function activityOptions({ policy, idempotent }: HandlerCall, first: boolean) {
  const { timeout, maxProcessingTime = timeout } = policy;
  const nonRetryableErrorTypes = [...(policy.redrives ? [UNKNOWN_TYPE] : []), ...(idempotent ? [] : LOST)];
  return {
    startToCloseTimeout: milliseconds(Math.min(timeout, maxProcessingTime) + HANG_GRACE),
    heartbeatTimeout: milliseconds(policy.heartbeatTimeout),
    ...(policy.maxQueueTime && first && { scheduleToStartTimeout: milliseconds(policy.maxQueueTime) }),
    retry: {
      ...AFTER_LOSS,
      // The handler's wrapper counts failures and losses and ends the round. This is the limit of last resort,
      // for attempts that die before the wrapper can count.
      maximumAttempts: MOST_ATTEMPTS,
      nonRetryableErrorTypes,
    },
    // Unset, the SDK would let a cancelled handler write its effect after the task has ended.
    cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
  } as const;
}

/** One line for the timeline of the Web UI, whose own count of attempts includes those that may be lost. */
function summary({ policy, idempotent, carried }: HandlerCall, round: number): string {
  const limit = idempotent ? `${policy.attempts} may fail, ${policy.lostAttempts} may be lost` : 'runs once';
  if (round > 1) return `redriven: ${limit}`;
  return carried.length > 0 ? `after the inline attempt: ${limit}` : limit;
}

function pick(handlers: Handlers, type: string): (call: HandlerCall) => Promise<HandlerReturn> {
  return handlers[type] as (call: HandlerCall) => Promise<HandlerReturn>;
}

/** The server takes whole milliseconds only, and fractions of a second have no exact number of them. */
function milliseconds(seconds: number): number {
  return Math.round(seconds * 1000);
}
