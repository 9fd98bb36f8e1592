import { availableParallelism, tmpdir } from 'node:os';
import path from 'node:path';
import { type Pool, pool, TerminateError } from 'workerpool';
import { isFailureCode, TaskFailure } from '../../tasks/failures';
import { Turns } from './turns';

/** A child process cannot run TypeScript, so tests, which run from `src`, use the built files too. */
const BUILT = __filename.endsWith('.ts') ? path.resolve(__dirname, '../../../dist/catalogue') : path.dirname(__dirname);

/** A second process keeps small work moving while large work takes its time, even on a single core. */
const DEFAULT_PROCESSES = Math.max(2, availableParallelism() - 1);

/** workerpool's answer when it picks a process that died while it had nothing to do. The job has not begun. */
const FOUND_DEAD = 'Worker is terminated';

/** Most characters kept of what a process printed before it died. */
const LAST_WORDS = 4000;

/** Time, in milliseconds, after which closing no longer waits: workerpool never hears of a process that died idle. */
const CLOSE_LIMIT = 3000;

/** How the work tells what it does; between two processes, {@link WorkEvent} carries it. */
export interface Reporter {
  /** @param percent 0 to 100, of the whole task. */
  progress(percent: number, stage: string): void;
  log(level: 'info' | 'warn', message: string, fields: Record<string, unknown>): void;
}

/** What a child process sends while it works: first its process ID, then calls of the {@link Reporter}. */
export type WorkEvent =
  | { readonly pid: number }
  | { readonly progress: Parameters<Reporter['progress']> }
  | { readonly log: Parameters<Reporter['log']> };

/** What a process prints. No process of ours does, until something breaks it. */
type Printed = { readonly stdout: string } | { readonly stderr: string };

interface PoolOptions {
  /** What people call its processes: `image`. */
  name: string;
  /** The built script, from `activities/` on. */
  script: string;
  /** The one method that it offers. */
  method: string;
  /** JavaScript heap of one process, in MiB. */
  heap: number;
  /**
   * All memory of one process, in MiB, its buffers included, which the heap's limit does not count. Held by the kernel,
   * on Linux.
   */
  memory: number;
  /**
   * Whether a process that breaks (not: is killed) is the fault of its job, which would break any other one too.
   * Defaults to false: it is retried.
   */
  breaksForGood?: boolean;
  /** Most processes at once. Defaults to one less than the cores, but at least 2. */
  count?: number | undefined;
}

/** Sets the limit of memory, and becomes the program: the process ID stays. */
const LIMITED = 'ulimit -d "$0" 2>/dev/null; exec "$@"';

/** Signals of a process that broke by itself: V8 and the allocator end it so for want of memory. */
const BROKEN = ['SIGABRT', 'SIGSEGV', 'SIGTRAP', 'SIGILL', 'SIGBUS'];

/**
 * Child processes for work that would hold up the event loop, or that outside files may crash. They are started
 * when first needed and kept; one that dies takes down no more than its own task.
 */
export class ProcessPool<Job, Result> {
  private readonly pool: Pool;
  private readonly large: Turns;
  private closed = false;

  constructor(private readonly options: PoolOptions) {
    const count = options.count ?? DEFAULT_PROCESSES;
    // One process at least is left to small jobs.
    this.large = new Turns(Math.max(1, count - 1));
    this.pool = pool(path.join(BUILT, options.script), {
      workerType: 'process',
      maxWorkers: count,
      forkOpts: {
        ...started(options),
        // Decoders of outside files get to see no setting or secret of the worker.
        env: { TMPDIR: tmpdir(), MALLOC_ARENA_MAX: '2' },
      },
      // A process that runs out of memory prints pages about it: the task's failure says it in a sentence.
      emitStdStreams: true,
    });
  }

  /**
   * Runs a large job: like {@link run}, but never in all processes at once, so that small jobs go on beside it.
   */
  async runLarge(job: Job, signal: AbortSignal, reporter: Reporter): Promise<Result> {
    const release = await this.large.take(signal);
    try {
      return await this.run(job, signal, reporter);
    } finally {
      release();
    }
  }

  /**
   * Runs a job as soon as a process is free.
   * @throws The signal's reason once it is aborted, after the process has been killed; a TaskFailure for what the
   * process says is one, and for a process that died (transient).
   */
  run(job: Job, signal: AbortSignal, reporter: Reporter): Promise<Result> {
    return this.runOn(job, signal, reporter, true);
  }

  /** Kills the processes; jobs that are still running or waiting fail. */
  async close(): Promise<void> {
    this.closed = true;
    await Promise.resolve(this.pool.terminate(true, CLOSE_LIMIT)).catch(() => {});
  }

  /** @param again Whether a process may die once more before it takes the job: it may have been dying idle. */
  private async runOn(job: Job, signal: AbortSignal, reporter: Reporter, again: boolean): Promise<Result> {
    if (this.closed) throw this.closing();
    signal.throwIfAborted();
    let pid: number | undefined;
    let printed = '';
    const running = this.pool.exec(this.options.method, [job], {
      on: (event: WorkEvent | Printed) => {
        if (signal.aborted || 'stdout' in event) return;
        if ('stderr' in event) printed = `${printed}${event.stderr}`.slice(-LAST_WORDS);
        else if ('pid' in event) pid = event.pid;
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
      return (await running) as Result;
    } catch (error) {
      const died = error instanceof TerminateError;
      if (died) this.wake();
      signal.throwIfAborted();
      if (died && error.message === FOUND_DEAD) return await this.runOn(job, signal, reporter, again);
      if (died && pid === undefined && again && !this.closed) return await this.runOn(job, signal, reporter, false);
      throw this.failureOf(error, printed);
    } finally {
      signal.removeEventListener('abort', stop);
    }
  }

  /** workerpool looks at its waiting jobs when a job ends or is added, but not when a process dies. */
  private wake(): void {
    if (!this.closed && this.pool.stats().pendingTasks > 0) this.pool.exec('methods').catch(() => {});
  }

  private failureOf(error: unknown, printed: string): unknown {
    if (this.closed) return this.closing();
    if (error instanceof TerminateError) return this.deathOf(error.message, printed);
    const { code, message } = error as NodeJS.ErrnoException;
    return code !== undefined && isFailureCode(code) ? new TaskFailure(code, message) : error;
  }

  private closing(): TaskFailure {
    return new TaskFailure('TRANSIENT_RESOURCE', `The worker is closing its ${this.options.name} processes.`);
  }

  /** What ended a process is known only from workerpool's text. V8 aborts, and the kernel kills, for want of memory. */
  private deathOf(message: string, printed: string): TaskFailure {
    const { name, memory, breaksForGood } = this.options;
    const signal = /signalCode: `(SIG\w+)`/.exec(message)?.[1];
    if (breaksForGood && signal && BROKEN.includes(signal)) {
      return new TaskFailure(
        'PERMANENT_VALIDATION',
        `The ${name} process broke on it (${signal}), most likely because it needs more than the ${memory} MiB of memory allowed. Split it, or send it in another format.`,
      );
    }
    if (signal === 'SIGKILL' || signal === 'SIGABRT') {
      const reason = `The ${name} process was ended by ${signal}, most likely for its memory.`;
      return new TaskFailure('SYSTEM_OUT_OF_MEMORY', reason);
    }
    const said = /^\w*Error: .*$/m.exec(printed)?.[0];
    const reason = `The ${name} process died${signal ? ` of ${signal}` : ''}${said ? `: ${said}` : '.'}`;
    return new TaskFailure('TRANSIENT_RESOURCE', reason);
  }
}

function started({ heap, memory }: PoolOptions): { execPath?: string; execArgv: string[] } {
  const flags = [`--max-old-space-size=${heap}`];
  if (process.platform !== 'linux') return { execArgv: flags };
  // Data, not address space: V8 reserves far more addresses than it uses memory.
  return { execPath: '/bin/sh', execArgv: ['-c', LIMITED, String(memory * 1024), process.execPath, ...flags] };
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
