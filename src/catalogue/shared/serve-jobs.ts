import { rmSync } from 'node:fs';
import { worker, workerEmit } from 'workerpool';
import type { Reporter, WorkEvent } from './process-pool';

const emit: (event: WorkEvent) => void = workerEmit;

const reporter: Reporter = {
  progress: (...progress) => emit({ progress }),
  log: (...log) => emit({ log }),
};

/** Time for the answer to a job to leave, in milliseconds, before a process that has grown too large ends. */
const LAST_WORDS = 100;

/**
 * Makes this process one of a `ProcessPool`: it does the jobs of one method until it is killed or left alone.
 * @param mostKept MiB of memory; a process that holds more after a job is replaced, so that the next job has all it may.
 */
export function serveJobs<Job extends { readonly folder: string }, Result>(
  method: string,
  work: (job: Job, reporter: Reporter) => Promise<Result>,
  mostKept = Number.POSITIVE_INFINITY,
): void {
  let folder: string | undefined;

  /** The parent is gone, perhaps by kill -9, and with it whoever would have removed the folder. */
  const endAlone = () => {
    if (folder) rmSync(folder, { recursive: true, force: true });
    end();
  };

  // Which of the two comes first depends on whether something was being sent; workerpool's own listener would only exit.
  process.prependListener('disconnect', endAlone);
  process.on('error', endAlone);

  // Ctrl-C and service managers signal the whole group, but the parent finishes its attempts first and then ends us.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => {});

  // A job that has come since is finished first, and asks again.
  const retire = () => {
    if (folder === undefined) end();
  };

  const served = async (job: Job): Promise<Result> => {
    folder = job.folder;
    emit({ pid: process.pid });
    try {
      return await work(job, reporter);
    } finally {
      folder = undefined;
      if (process.memoryUsage.rss() > mostKept * 2 ** 20) setTimeout(retire, LAST_WORDS);
    }
  };
  worker({ [method]: served }, { onTerminate: end });
}

/** Ends at once: an ordinary exit would wait for a decoder that is still at work. */
function end(): void {
  process.kill(process.pid, 'SIGKILL');
}
