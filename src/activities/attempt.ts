import { Context } from '@temporalio/activity';
import type { Logger } from 'pino';
import { loadIfStored, storeIfLarge } from '../artifacts/large-values';
import type { ArtifactStore } from '../artifacts/store';
import type { Contract } from '../tasks/contract';
import { effectKey } from '../tasks/keys';
import type { HandlerCall, HandlerReturn, Heartbeat } from '../tasks/words';
import { type AttemptMemory, remember } from './attempt-memory';
import { type EndOfAttempt, endOf } from './end-of-attempt';
import type { Handler, HandlerContext } from './handler';
import { holdIfPaused } from './hold';
import { LifeSigns } from './life-signs';
import { StopSignal } from './stop-signal';
import { ChunkedTaskLog } from './task-log';
import type { WorkMetrics } from './work-metrics';

/** What every attempt of one worker process shares. */
export interface AttemptResources {
  artifacts: ArtifactStore;
  logger: Logger;
  /** Names the worker in failures and in the timeline. */
  worker: string;
  metrics?: WorkMetrics;
}

/** A handler that ignores its stop signal is left behind after this long, so that its slot comes free. */
const SETTLE_MS = 10_000;

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
    return attempt.run(contract, handler);
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
    const { attempt, offset, forgivenUpTo, progress, failures, checkpoint } = memory;
    const { workflowId = '', runId = '' } = context.info.workflowExecution ?? {};
    this.taskId = workflowId;
    this.logger = resources.logger.child({ taskId: workflowId, type: call.type, attempt, runId });
    this.log = new ChunkedTaskLog(workflowId, attempt, resources.artifacts, this.logger);
    this.life = new LifeSigns(context, {
      attempt,
      offset,
      forgivenUpTo,
      startedAt: this.startedAt,
      worker: resources.worker,
      progress,
      failures,
      checkpoint,
    });
    this.stop = new StopSignal(context, call.policy.timeout);
  }

  async run(contract: Contract, handler: Handler): Promise<HandlerReturn> {
    this.logger.info('attempt started');
    if (!this.call.inline) this.life.start();
    try {
      if (this.context.info.attempt > 1) await holdIfPaused(this.context);
      const input = contract.input.parse(await loadIfStored(this.resources.artifacts, this.call.input));
      const output = await this.untilStopped(handler(input as never, this.handlerContext()));
      const checked = contract.output.safeParse(output);
      if (!checked.success)
        throw new TypeError(`The handler's output is not what the contract says: ${checked.error.message}`);
      const packed = await storeIfLarge(this.resources.artifacts, checked.data);
      this.logger.info('attempt succeeded');
      return { output: packed, failures: this.memory.failures };
    } catch (thrown) {
      const { reason, signal } = this.stop;
      // A handler that was stopped for its time may say so in words of its own; the limit is the reason.
      const cause: unknown = reason === 'timed-out' ? signal.reason : thrown;
      throw this.fail(
        endOf({
          thrown: cause,
          stop: reason,
          call: this.call,
          memory: this.memory,
          startedAt: this.startedAt,
          worker: this.resources.worker,
        }),
      );
    } finally {
      this.stop.clear();
      this.life.stop();
      await this.log.flush();
    }
  }

  private fail({ error, failures, level, message }: EndOfAttempt): Error {
    this.log[level](message);
    this.life.state.failures = failures;
    // The next attempt finds this heartbeat: the server itself keeps only the last failure.
    if (!this.call.inline) this.life.beat();
    return error;
  }

  private async untilStopped<T>(work: Promise<T>): Promise<T> {
    const { signal } = this.stop;
    let abandon: NodeJS.Timeout | undefined;
    const leftBehind = new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => {
        abandon = setTimeout(() => {
          this.logger.error('handler ignored its stop signal and was left behind');
          reject(signal.reason);
        }, SETTLE_MS);
      });
    });
    return Promise.race([work, leftBehind]).finally(() => clearTimeout(abandon));
  }

  private handlerContext(): HandlerContext {
    const { call, memory, life, stop, log, resources, taskId } = this;
    return {
      taskId,
      type: call.type,
      generation: call.generation,
      attempt: memory.attempt,
      signal: stop.signal,
      log,
      artifacts: resources.artifacts,
      resumeFrom: memory.checkpoint,
      progress: (percent, stage) => life.progress(percent, stage),
      effectKey: (step) => effectKey(taskId, call.generation, step),
      checkpoint: (value) => {
        life.state.checkpoint = value;
        if (!call.inline) life.beat();
      },
    };
  }
}
