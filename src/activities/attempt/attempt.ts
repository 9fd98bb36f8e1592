import { Context } from '@temporalio/activity';
import type { Logger } from 'pino';
import { storeIfLarge } from '../../artifacts/large-values';
import type { ArtifactStore } from '../../artifacts/store';
import { timeOfRun } from '../../client/schedules/scheduled-run';
import type { TaskClient } from '../../client/task-client';
import { isRefused } from '../../client/temporal/gateway';
import { withLogScope } from '../../logging';
import type { HandlerCall, HandlerReturn, Heartbeat } from '../../protocol/task';
import type { Contract } from '../../tasks/contract';
import { effectKey } from '../../tasks/keys';
import type { WorkerBreakers } from '../breaker/worker-breakers';
import { classify } from '../classify';
import { type AttemptMemory, remember } from './attempt-memory';
import { checkedOutput, inputFor } from './contract-checks';
import { type EndOfAttempt, endOf, LostInline, LostTooOften } from './end-of-attempt';
import type { Handler, HandlerContext } from './handler';
import { holdIfPaused, serverHolds } from './hold';
import { readInlineLoss } from './inline-loss';
import { LifeSigns } from './life-signs';
import { PauseWatch } from './pause-watch';
import { StepBack } from './step-back';
import { StopSignal } from './stop-signal';
import { EndsWatch } from './subtasks/await-ends';
import type { Parent } from './subtasks/parent';
import { submitChildren } from './subtasks/submit';
import { ChunkedTaskLog } from './task-log';
import { timeLimit } from './time-limit';
import { untilStopped } from './until-stopped';
import type { AttemptOutcome, WorkMetrics } from './work-metrics';

/** How long a handler waits for other tasks unless it says otherwise, in seconds. */
const PATIENCE = 600;

/** A first attempt that begins later than this after it was due has waited. */
const WAITED_MS = 1000;
/** When an attempt asks again that got no answer. */
const ASK_AGAIN_MS = 5000;

/** What every attempt of one worker process shares. */
export interface AttemptResources {
  artifacts: ArtifactStore;
  logger: Logger;
  /** Names the worker in failures and in the timeline. */
  worker: string;
  metrics?: WorkMetrics;
  breakers: WorkerBreakers;
  /** By which handlers hand work over. */
  tasks: TaskClient;
}

/**
 * The activity of one task type: what is the same for all handlers. It gives life signs, keeps the memory
 * of earlier attempts, decides what a failure means, and writes the task's log.
 */
export function createHandlerActivity(contract: Contract, handler: Handler, resources: AttemptResources) {
  return async (call: HandlerCall): Promise<HandlerReturn> => {
    const context = Context.current();
    const memory = remember(
      call,
      context.info.attempt,
      context.info.heartbeatDetails as Heartbeat | undefined,
      new Date(),
    );
    const attempt = new Attempt(context, call, memory, resources);
    return attempt.inItsLog(() => attempt.run(contract, handler));
  };
}

/** The activity of an attempt that steps back before it begins. */
export function createSteppingBack(resources: AttemptResources) {
  return (call: HandlerCall, reason: StepBack): Promise<never> => {
    const context = Context.current();
    const { attempt, heartbeatDetails } = context.info;
    const memory = remember(call, attempt, heartbeatDetails as Heartbeat | undefined, new Date());
    const stepping = new Attempt(context, call, memory, resources);
    return stepping.inItsLog(() => stepping.stepBack(reason));
  };
}

class Attempt {
  private readonly startedAt = new Date().toISOString();
  private readonly taskId: string;
  private readonly logger: Logger;
  private readonly log: ChunkedTaskLog;
  private readonly life: LifeSigns;
  private readonly stop: StopSignal;

  constructor(
    private readonly context: Context,
    private readonly call: HandlerCall,
    private readonly memory: AttemptMemory,
    private readonly resources: AttemptResources,
  ) {
    const { wasReset: _wasReset, ...known } = memory;
    const { attempt } = memory;
    const { workflowId = '', runId = '' } = context.info.workflowExecution ?? {};
    this.taskId = workflowId;
    const { type, tenant, requestId } = call;
    this.logger = resources.logger.child({
      taskId: workflowId,
      type,
      attempt,
      runId,
      ...(tenant !== undefined && { tenant }),
      ...(requestId !== undefined && { requestId }),
    });
    this.log = new ChunkedTaskLog(workflowId, attempt, resources.artifacts, this.logger);
    this.life = new LifeSigns(
      context,
      { ...known, startedAt: this.startedAt, worker: resources.worker },
      { timeout: call.policy.heartbeatTimeout, watchedAt: () => resources.artifacts.watchedAt(workflowId) },
    );
    this.stop = new StopSignal(context, timeLimit(call.policy, memory.ranBefore));
  }

  /** Whatever is logged while the work goes on, by whomever, names the attempt. */
  inItsLog<T>(work: () => T): T {
    const { attempt } = this.memory;
    const runId = this.context.info.workflowExecution?.runId ?? '';
    return withLogScope({ taskId: this.taskId, type: this.call.type, attempt, runId }, work);
  }

  async run(contract: Contract, handler: Handler): Promise<HandlerReturn> {
    this.logger.info('attempt started');
    this.begin();
    try {
      await this.mayBegin();
      const input = await inputFor(contract, this.resources.artifacts, this.call.input);
      // A handler that waits for the signal would never see one that came before.
      this.stop.signal.throwIfAborted();
      const work = handler(input as never, this.handlerContext());
      const output = await untilStopped(work, this.stop.signal, () => {
        this.logger.error('handler ignored its stop signal and was left behind');
      });
      const packed = await storeIfLarge(this.resources.artifacts, checkedOutput(contract, output));
      this.logger.info('attempt succeeded');
      this.measure('succeeded');
      return { output: packed, failures: this.memory.failures };
    } catch (thrown) {
      const { reason, signal } = this.stop;
      // A handler that was stopped for its time may say so in words of its own; the limit is the reason,
      // unless the handler knows that nobody knows what it has done: a person must not read that as undone.
      const overdue = reason === 'timed-out' && classify(thrown).code !== 'OUTCOME_UNKNOWN';
      const cause: unknown = overdue ? signal.reason : thrown;
      throw this.fail(
        endOf({
          thrown: cause,
          stop: reason,
          call: this.call,
          memory: this.memory,
          startedAt: this.startedAt,
          worker: this.resources.worker,
          state: this.life.state,
        }),
      );
    } finally {
      this.stop.clear();
      this.life.stop();
      this.resources.metrics?.attempts.remove(this.context.info.workflowExecution?.runId ?? '', this.life);
      await this.log.flush();
    }
  }

  async stepBack(reason: StepBack): Promise<never> {
    const { call, memory, startedAt, stop, life } = this;
    const { worker } = this.resources;
    try {
      const { state } = life;
      throw this.fail(endOf({ thrown: reason, stop: stop.reason, call, memory, startedAt, worker, state }));
    } finally {
      stop.clear();
      life.stop();
      await this.log.flush();
    }
  }

  private begin(): void {
    const { call, context, memory, life, resources } = this;
    const { taskQueue, currentAttemptScheduledTimestampMs } = context.info;
    resources.metrics?.attemptStarted(call.type, taskQueue, (Date.now() - currentAttemptScheduledTimestampMs) / 1000);
    if (call.inline) return;
    life.start();
    resources.metrics?.attempts.add(context.info.workflowExecution?.runId ?? '', life);
    // The server counts each round of attempts from 1; readers learn the task's own count from here.
    if (memory.offset !== 0) life.beat();
  }

  /** What speaks against running the handler now, or ever again. */
  private async mayBegin(): Promise<void> {
    const { call, memory } = this;
    if (call.repeated) await this.lookForLoss();
    if (call.idempotent && memory.lost > call.policy.lostAttempts) throw new LostTooOften(memory.lost);
    if (await this.mayBePaused()) await this.lookForPause();
    const due = Date.parse(call.notBefore ?? '');
    if (due > Date.now() && !memory.wasReset)
      throw new StepBack(`Asked not to call before ${call.notBefore}`, new Date(due));
  }

  /** An inline attempt that may have killed a worker is not begun as one again: nobody would count how often it does. */
  private async lookForLoss(): Promise<void> {
    const loss = await readInlineLoss(this.context, this.call.type).catch(() => {
      throw new LostInline(undefined);
    });
    if (loss) throw new LostInline(loss);
  }

  /** One that has waited may have been paused meanwhile; servers that hold attempts would not have let it begin. */
  private async mayBePaused(): Promise<boolean> {
    const { call, context } = this;
    if (call.inline) return false;
    const { attempt, currentAttemptScheduledTimestampMs: scheduledAt } = context.info;
    return attempt > 1 || (Date.now() - scheduledAt > WAITED_MS && !(await serverHolds()));
  }

  private async lookForPause(): Promise<void> {
    await holdIfPaused(this.context).catch((error: unknown) => {
      if (error instanceof StepBack) throw error;
      // Nobody may ask: then nobody can know.
      if (isRefused(error)) return;
      throw new StepBack('Temporal gives no answer on whether the task is paused', new Date(Date.now() + ASK_AGAIN_MS));
    });
  }

  private measure(outcome: AttemptOutcome): void {
    const seconds = (Date.now() - Date.parse(this.startedAt)) / 1000;
    this.resources.metrics?.attemptEnded(this.call.type, this.context.info.taskQueue, outcome, seconds);
  }

  private fail({ error, leaves, level, message, outcome }: EndOfAttempt): Error {
    this.measure(outcome);
    this.log[level](message);
    Object.assign(this.life.state, leaves);
    // The next attempt finds this heartbeat: the server itself keeps only the last failure.
    if (!this.call.inline) this.life.beat();
    return error;
  }

  private handlerContext(): HandlerContext {
    const { call, memory, life, stop, log, resources, taskId } = this;
    const pauses = new PauseWatch(this.context, stop.signal, call.inline);
    const { artifacts, tasks } = resources;
    const key = (step?: string) => effectKey(taskId, call.generation, step);
    const parent: Parent = {
      taskId,
      ...(call.tenant !== undefined && { tenant: call.tenant }),
      inline: call.inline,
      signal: stop.signal,
      effectKey: key,
      tasks,
      artifacts,
      settled: new Map(),
    };
    const ends = new EndsWatch(parent);
    return {
      taskId,
      type: call.type,
      generation: call.generation,
      ...(call.tenant !== undefined && { tenant: call.tenant }),
      attempt: memory.attempt,
      signal: stop.signal,
      log,
      artifacts,
      scheduledFor: timeOfRun(taskId),
      resumeFrom: memory.checkpoint,
      progress: (percent, stage) => life.progress(percent, stage),
      betweenItems: () => pauses.betweenItems(),
      effectKey: key,
      submit: (submissions) => submitChildren(parent, submissions),
      awaitEnds: (taskIds, patience = PATIENCE) => ends.awaitEnds(taskIds, patience),
      guard: (dependency, work, limits) =>
        resources.breakers.call(
          dependency,
          work,
          { taskId, signal: stop.signal, ...(call.tenant !== undefined && { tenant: call.tenant }) },
          limits,
        ),
      checkpoint: (value) => {
        life.state.checkpoint = value;
        if (!call.inline) life.beat();
      },
    };
  }
}
