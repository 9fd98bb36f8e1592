import { availableParallelism, tmpdir } from 'node:os';
import path from 'node:path';
import { type Pool, pool, TerminateError } from 'workerpool';
import { isFailureCode, TaskFailure } from '../../tasks/failures';
import type { ImageEvent, ImageJob, ImageResult, Reporter } from './job';

/** A child process cannot run TypeScript, so tests, which run from `src`, use the built file too. */
const SCRIPT = __filename.endsWith('.ts')
  ? path.resolve(__dirname, '../../../dist/activities/image/process.js')
  : path.join(__dirname, 'process.js');

/** JavaScript heap of one process, in MiB. Pixels lie outside of it and are bounded by the pixel cap. */
const HEAP_MIB = 256;

/** A second process keeps small images moving while a large one takes its time, even on a single core. */
const DEFAULT_PROCESSES = Math.max(2, availableParallelism() - 1);

/** workerpool's answer when it picks a process that died while it had nothing to do. The job has not begun. */
const FOUND_DEAD = 'Worker is terminated';

/** Time, in milliseconds, after which closing no longer waits: workerpool never hears of a process that died idle. */
const CLOSE_LIMIT = 3000;

/**
 * Child processes that decode, dither and encode. They are started when first needed and kept; a file that
 * crashes its decoder, or needs too much memory, takes down one of them and no more than its own task.
 */
export class ImageProcesses {
  private readonly pool: Pool;
  private closed = false;

  /** @param count Most processes at once. Defaults to one less than the cores, but at least 2. */
  constructor(count = DEFAULT_PROCESSES) {
    this.pool = pool(SCRIPT, {
      workerType: 'process',
      maxWorkers: count,
      // Decoders of outside files get to see no setting or secret of the worker.
      forkOpts: {
        execArgv: [`--max-old-space-size=${HEAP_MIB}`],
        env: { TMPDIR: tmpdir(), MALLOC_ARENA_MAX: '2' },
      },
    });
  }

  /**
   * Runs a job as soon as a process is free.
   * @throws The signal's reason once it is aborted, after the process has been killed; a TaskFailure for an image
   * that cannot be converted (permanent) and for a process that died (transient).
   */
  async run(job: ImageJob, signal: AbortSignal, reporter: Reporter): Promise<ImageResult> {
    if (this.closed) throw closing();
    signal.throwIfAborted();
    let pid: number | undefined;
    const running = this.pool.exec('convert', [job], {
      on: (event: ImageEvent) => {
        if (signal.aborted) return;
        if ('pid' in event) pid = event.pid;
        else if ('progress' in event) reporter.progress(...event.progress);
        else reporter.log(...event.log);
      },
    });
    const stop = () => {
      if (pid === undefined) running.cancel();
      else kill(pid);
    };
    signal.addEventListener('abort', stop, { once: true });
    try {
      return await running;
    } catch (error) {
      const died = error instanceof TerminateError;
      if (died) this.wake();
      signal.throwIfAborted();
      if (died && error.message === FOUND_DEAD) return await this.run(job, signal, reporter);
      throw this.failureOf(error);
    } finally {
      signal.removeEventListener('abort', stop);
    }
  }

  /** Kills the processes; jobs that are still running or waiting fail. */
  async close(): Promise<void> {
    this.closed = true;
    await Promise.resolve(this.pool.terminate(true, CLOSE_LIMIT)).catch(() => {});
  }

  /** workerpool looks at its waiting jobs when a job ends or is added, but not when a process dies. */
  private wake(): void {
    if (!this.closed && this.pool.stats().pendingTasks > 0) this.pool.exec('methods').catch(() => {});
  }

  private failureOf(error: unknown): unknown {
    if (this.closed) return closing();
    if (error instanceof TerminateError) return deathOf(error.message);
    const { code, message } = error as NodeJS.ErrnoException;
    return code !== undefined && isFailureCode(code) ? new TaskFailure(code, message) : error;
  }
}

function closing(): TaskFailure {
  return new TaskFailure('TRANSIENT_RESOURCE', 'The worker is closing its image processes.');
}

/** What ended a process is known only from workerpool's text. V8 aborts, and the kernel kills, for want of memory. */
function deathOf(message: string): TaskFailure {
  const signal = /signalCode: `(SIG\w+)`/.exec(message)?.[1];
  return signal === 'SIGKILL' || signal === 'SIGABRT'
    ? new TaskFailure('SYSTEM_OUT_OF_MEMORY', `The image process was ended by ${signal}, most likely for its memory.`)
    : new TaskFailure('TRANSIENT_RESOURCE', `The image process died${signal ? ` of ${signal}` : ''}.`);
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
