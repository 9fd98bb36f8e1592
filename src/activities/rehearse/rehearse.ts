import { storeIfLarge } from '../../artifacts/large-values';
import { OverlayStore } from '../../artifacts/overlay-store';
import type { ArtifactStore } from '../../artifacts/store';
import type { TaskInput } from '../../client/read/task-input';
import { timeOfRun } from '../../client/schedules/scheduled-run';
import type { Contract } from '../../tasks/contract';
import { effectKey } from '../../tasks/keys';
import { checkedOutput, inputFor } from '../attempt/contract-checks';
import type { Handler, HandlerContext } from '../attempt/handler';
import { timeLimit } from '../attempt/time-limit';
import { untilStopped } from '../attempt/until-stopped';
import { requireDependency } from '../breaker/dependency';
import { type RehearsalLine, RehearsalLog } from './log';
import { failureOf, type Rehearsal } from './report';

export interface RehearsalOptions {
  contract: Contract;
  handler: Handler;
  /** The real store. It is read, and nothing is written to it. */
  artifacts: ArtifactStore;
  /** A corrected input. Defaults to the task's own. */
  input?: unknown;
  /** Called with each line that the handler logs. */
  onLine?: (line: RehearsalLine) => void;
  /** Ends the rehearsal early, as failed. Defaults to none. */
  signal?: AbortSignal;
}

/** Takes the place of the first outside effect. */
class ReachedEffect extends Error {
  override readonly name = 'ReachedEffect';

  constructor(readonly dependency: string) {
    super(`Rehearsed up to the first outside effect: ${dependency}`);
  }
}

/**
 * Runs a task's handler here, with the task's real input and the code at hand, up to its first outside effect: what
 * it would do through `guard` is not done. What it writes is thrown away, and of the task itself nothing changes.
 */
export async function rehearse(task: TaskInput, options: RehearsalOptions): Promise<Rehearsal> {
  const overlay = await OverlayStore.over(options.artifacts);
  try {
    return await new Run(task, options, overlay).run();
  } finally {
    await overlay.discard();
  }
}

class Run {
  private readonly began = performance.now();
  private readonly stop = new AbortController();
  private readonly log: RehearsalLog;
  private reached: ReachedEffect | undefined;
  private progress = 0;
  private stage: string | undefined;

  constructor(
    private readonly task: TaskInput,
    private readonly options: RehearsalOptions,
    private readonly overlay: OverlayStore,
  ) {
    this.log = new RehearsalLog(task.attempt, options.onLine ?? (() => undefined));
  }

  async run(): Promise<Rehearsal> {
    const { signal = this.stop.signal } = this.options;
    const interrupt = () => this.stop.abort(signal.reason);
    signal.addEventListener('abort', interrupt);
    if (signal.aborted) interrupt();
    const { seconds, failure } = timeLimit(this.task.policy, 0);
    const timer = setTimeout(() => this.stop.abort(failure), Math.min(seconds * 1000, 2 ** 31 - 1));
    try {
      const output = await this.call();
      // A handler may get over the failure of a call; what the call itself would have come to, nobody knows.
      return this.reached ? this.stopped(this.reached) : this.report({ outcome: 'succeeded', output });
    } catch (thrown) {
      if (this.reached) return this.stopped(this.reached);
      const cause: unknown = this.stop.signal.aborted ? this.stop.signal.reason : thrown;
      return this.report({ outcome: 'failed', failure: failureOf(cause) });
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', interrupt);
    }
  }

  private async call(): Promise<unknown> {
    const { contract, handler, input = this.task.input } = this.options;
    const parsed = await inputFor(contract, this.overlay, input);
    const work = handler(parsed as never, this.context());
    const output = await untilStopped(work, this.stop.signal, () => {
      this.log.error('the handler ignored its stop signal and was left behind');
    });
    const checked = checkedOutput(contract, output);
    await storeIfLarge(this.overlay, checked);
    return checked;
  }

  private context(): HandlerContext {
    const { taskId, type, generation, tenant, attempt, checkpoint } = this.task;
    return {
      taskId,
      type,
      generation,
      ...(tenant !== undefined && { tenant }),
      attempt,
      signal: this.stop.signal,
      log: this.log,
      artifacts: this.overlay,
      resumeFrom: checkpoint,
      progress: (percent, stage) => {
        this.progress = Math.max(this.progress, Math.min(100, Math.round(percent)));
        this.stage = stage ?? this.stage;
      },
      betweenItems: async () => this.stop.signal.throwIfAborted(),
      effectKey: (step) => effectKey(taskId, generation, step),
      guard: async (dependency) => {
        requireDependency(dependency);
        return this.stopBefore(dependency);
      },
      submit: async ([first]) => (first ? this.stopBefore(`tasks:${first.type}`) : []),
      // What it waits for was submitted by another attempt, and only a task can step back.
      awaitEnds: async ([first]) => (first === undefined ? [] : this.stopBefore('tasks:wait')),
      scheduledFor: timeOfRun(taskId),
      checkpoint: () => undefined,
    };
  }

  private stopBefore(effect: string): never {
    this.reached ??= new ReachedEffect(effect);
    this.stop.abort(this.reached);
    throw this.reached;
  }

  private stopped({ dependency }: ReachedEffect): Rehearsal {
    return this.report({ outcome: 'stopped-before-effect', before: dependency });
  }

  private report(end: Pick<Rehearsal, 'outcome' | 'output' | 'failure' | 'before'>): Rehearsal {
    return {
      taskId: this.task.taskId,
      ...end,
      progress: this.progress,
      ...(this.stage !== undefined && { stage: this.stage }),
      log: this.log.lines,
      seconds: (performance.now() - this.began) / 1000,
    };
  }
}
