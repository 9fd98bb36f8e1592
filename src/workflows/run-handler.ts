import {
  ActivityCancellationType,
  CancellationScope,
  condition,
  log,
  proxyActivities,
  proxyLocalActivities,
} from '@temporalio/workflow';
import { attemptAfter, HANDLER_ACTIVITY, type HandlerCall, type HandlerReturn } from '../tasks/words';
import { type Outcome, outcomeOf } from './outcome';
import type { Life } from './waiting';

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

/** The SDK's word for an attempt that reached a worker without a handler for it. */
const UNKNOWN_TYPE = 'NotFoundError';
/** How often another one is looked for before the task is parked: a quarter of a minute together. */
const MISSES = 4;

/** The server's own words for attempts that ended without an answer: work that is not idempotent stops there. */
const LOST = ['TemporalTimeout:StartToClose', 'TemporalTimeout:Heartbeat'];

const control = proxyActivities<{
  holdAttempts(activityId: string): Promise<void>;
  releaseAttempts(activityId: string): Promise<void>;
}>({ startToCloseTimeout: '10 s', retry: { maximumAttempts: 5 } });

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
  if (!goesOn) return first;
  const { failures, retryAt } = first.failure;
  return runWhereKnown(life, { ...call, carried: failures, ...(retryAt && { notBefore: retryAt }) }, round);
}

/** The first attempt of an inline task: no round trip to the server before it, no heartbeat during it. */
async function runInline(call: HandlerCall): Promise<Outcome> {
  const handlers = proxyLocalActivities<Handlers>({
    startToCloseTimeout: `${call.policy.timeout} s`,
    retry: { maximumAttempts: 1 },
    cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
  });
  return settle(call, () => pick(handlers, call.type)({ ...call, inline: true }));
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

async function runOrdinary(life: Life, call: HandlerCall, round: number): Promise<Outcome> {
  const activityId = `${HANDLER_ACTIVITY}-${round}`;
  const handlers = proxyActivities<Handlers>({
    ...activityOptions(call),
    activityId,
    summary: summary(call, round),
  });
  const scope = new CancellationScope();
  let settled = false;
  // Cancelling the task reaches the handler through `scope`; the watch must outlive that.
  void CancellationScope.nonCancellable(() => watchOperators(life, scope, activityId, () => settled));
  const outcome = await settle(call, () => scope.run(() => pick(handlers, call.type)(call)));
  settled = true;
  return outcome;
}

async function settle(call: HandlerCall, run: () => Promise<HandlerReturn>): Promise<Outcome> {
  try {
    const { output, failures } = await run();
    return { kind: 'completed', end: { output, attempts: attemptAfter(failures), failures } };
  } catch (error) {
    return outcomeOf(error, call, CancellationScope.current().consideredCancelled);
  }
}

/** While attempts run: a verdict cancels them and waits for the handler; a pause holds the next attempt. */
async function watchOperators(
  { desk, states }: Life,
  scope: CancellationScope,
  activityId: string,
  settled: () => boolean,
) {
  let held = false;
  while (!settled()) {
    await condition(() => settled() || desk.verdict !== undefined || desk.paused !== held);
    if (settled()) return;
    if (desk.verdict) {
      scope.cancel();
      return;
    }
    held = desk.paused;
    states.record(held ? 'paused' : undefined);
    const asked = held
      ? control.holdAttempts.executeWithOptions({ summary: 'paused: the next attempt waits' }, [activityId])
      : control.releaseAttempts.executeWithOptions({ summary: 'resumed: attempts go on' }, [activityId]);
    await asked.catch((error) => log.error('Attempts could not be held or released', { error: String(error) }));
  }
}

function activityOptions({ policy, idempotent }: HandlerCall) {
  const { timeout, maxProcessingTime = timeout } = policy;
  const nonRetryableErrorTypes = [...(policy.redrives ? [UNKNOWN_TYPE] : []), ...(idempotent ? [] : LOST)];
  return {
    startToCloseTimeout: `${Math.min(timeout, maxProcessingTime) + HANG_GRACE} s`,
    heartbeatTimeout: `${policy.heartbeatTimeout} s`,
    ...(policy.maxQueueTime && { scheduleToStartTimeout: `${policy.maxQueueTime} s` }),
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
