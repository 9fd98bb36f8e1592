import { createHash } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TaskView } from '../../client/read/view';
import type { TaskClient } from '../../client/task-client';
import { HoldfastError } from '../../errors';
import { isOpen } from '../../tasks/state';
import { inTime } from '../http/budget';

/** Between two looks at a task, in milliseconds; grows while nothing changes. */
const SHORTEST_PAUSE = 500;
const LONGEST_PAUSE = 2000;

/** A task as it was seen, and a mark that changes whenever something worth reporting does. */
export interface Sight {
  view: TaskView;
  mark: string;
}

/** Looks at one task again and again, for any number of listeners. */
export class TaskWatch {
  private readonly changed = new EventEmitter().setMaxListeners(0);
  private readonly stopped = new AbortController();
  private failure: unknown;

  private constructor(
    private readonly tasks: TaskClient,
    private sight: Sight,
  ) {}

  /** @param seconds Longest time for the first look. */
  static async begin(tasks: TaskClient, taskId: string, seconds: number): Promise<TaskWatch> {
    const watch = new TaskWatch(tasks, sightOf(await inTime(seconds, tasks.read(taskId))));
    void watch.look(taskId);
    return watch;
  }

  get latest(): Sight {
    return this.sight;
  }

  get ended(): boolean {
    return !isOpen(this.sight.view.state);
  }

  stop(): void {
    this.stopped.abort();
  }

  /** What is seen now, unless it has the given mark, and every change until the end. A slow listener skips some. */
  async *changes(signal: AbortSignal, seen?: string): AsyncGenerator<Sight> {
    let sent = seen;
    while (!signal.aborted) {
      if (this.failure) throw this.failure;
      const { sight } = this;
      if (sight.mark !== sent) {
        sent = sight.mark;
        yield sight;
      } else if (this.ended) return;
      else await once(this.changed, 'change', { signal }).catch(() => undefined);
    }
  }

  private async look(taskId: string): Promise<void> {
    const { signal } = this.stopped;
    let pause = SHORTEST_PAUSE;
    while (!this.ended && !this.failure) {
      await sleep(pause, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) return;
      try {
        await this.tasks.watch(taskId);
        const sight = sightOf(await this.tasks.read(taskId));
        const changed = sight.mark !== this.sight.mark;
        pause = changed ? SHORTEST_PAUSE : Math.min(pause * 1.2, LONGEST_PAUSE);
        if (!changed) continue;
        this.sight = sight;
      } catch (error) {
        // While Temporal is away there is nothing to report; the listeners' heartbeats go on.
        if (error instanceof HoldfastError && error.code === 'unavailable') continue;
        this.failure = error;
      }
      this.changed.emit('change');
    }
  }
}

interface Shared {
  watch: Promise<TaskWatch>;
  /** Set once the task has been looked at. */
  begun?: TaskWatch;
  listeners: number;
}

/** The watches of all tasks that somebody listens to: one each, however many listeners it has. */
export class TaskWatches {
  private readonly shared = new Map<string, Shared>();

  /** @param answerWithin Longest time for the first look at a task, in seconds. */
  constructor(
    private readonly tasks: TaskClient,
    private readonly answerWithin: number,
  ) {}

  /**
   * Lets `work` listen to a task.
   * @throws HoldfastError `task-not-found`, `unavailable`, before `work` begins.
   */
  async use<T>(taskId: string, work: (watch: TaskWatch) => Promise<T>): Promise<T> {
    const entry = this.join(taskId);
    entry.listeners++;
    try {
      entry.begun ??= await entry.watch;
      return await work(entry.begun);
    } finally {
      entry.listeners--;
      if (entry.listeners === 0) {
        entry.begun?.stop();
        if (this.shared.get(taskId) === entry) this.shared.delete(taskId);
      }
    }
  }

  private join(taskId: string): Shared {
    const known = this.shared.get(taskId);
    // An ended task may run again: its watch is for those who still listen to the end.
    if (known && !known.begun?.ended) return known;
    const entry: Shared = { watch: TaskWatch.begin(this.tasks, taskId, this.answerWithin), listeners: 0 };
    this.shared.set(taskId, entry);
    return entry;
  }
}

function sightOf(view: TaskView): Sight {
  const { lastHeartbeatAt: _, why, ...lasting } = view;
  // A waiting cause counts seconds in its message, and every heartbeat has another time: neither is a change.
  const hash = createHash('sha256')
    .update(JSON.stringify([lasting, why?.cause]))
    .digest('base64url');
  return { view, mark: `${view.runId}.${hash.slice(0, 16)}` };
}
