import { seconds } from './duration';
import { StillOpen, TaskFailed } from './errors';
import type { ResultOptions, Run, TaskSnapshot, TaskState } from './types';

const ENDED: readonly TaskState[] = ['completed', 'failed', 'cancelled'];
/** Pauses between two looks, in milliseconds: soon at first, then ever more seldom. */
const FIRST_PAUSE = 150;
const LONGEST_PAUSE = 2000;
const GROWTH = 1.5;
const DEFAULT_WITHIN = 60;

/** One task, followed by reading it again and again. */
export class FollowedRun<Output> implements Run<Output> {
  constructor(
    readonly id: string,
    readonly duplicate: boolean,
    private readonly look: () => Promise<TaskSnapshot>,
  ) {}

  read(): Promise<TaskSnapshot<Output>> {
    return this.look() as Promise<TaskSnapshot<Output>>;
  }

  async result({ within = DEFAULT_WITHIN, signal }: ResultOptions = {}): Promise<Output> {
    const patience = seconds(within, 'within');
    const until = Date.now() + patience * 1000;
    for (let pause = FIRST_PAUSE; ; pause = Math.min(pause * GROWTH, LONGEST_PAUSE)) {
      signal?.throwIfAborted();
      const task = await this.read();
      if (task.state === 'completed') return task.result as Output;
      if (ENDED.includes(task.state)) throw new TaskFailed(task);
      const left = until - Date.now();
      if (left <= 0) throw new StillOpen(task, patience);
      await sleep(Math.min(pause, left), signal);
    }
  }

  async *watch({ signal }: { signal?: AbortSignal } = {}): AsyncGenerator<TaskSnapshot<Output>> {
    let before = '';
    for (let pause = FIRST_PAUSE; ; pause = Math.min(pause * GROWTH, LONGEST_PAUSE)) {
      signal?.throwIfAborted();
      const task = await this.read();
      const now = JSON.stringify([task.state, task.progress, task.attempts]);
      if (now !== before) {
        before = now;
        pause = FIRST_PAUSE;
        yield task;
      }
      if (ENDED.includes(task.state)) return;
      await sleep(pause, signal);
    }
  }
}

function sleep(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', abort);
      resolve();
    }, milliseconds);
    signal?.addEventListener('abort', abort, { once: true });
  });
}
