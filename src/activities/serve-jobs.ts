import { rmSync } from 'node:fs';
import { worker, workerEmit } from 'workerpool';
import type { Reporter, WorkEvent } from './process-pool';

const emit: (event: WorkEvent) => void = workerEmit;

const reporter: Reporter = {
  progress: (...progress) => emit({ progress }),
  log: (...log) => emit({ log }),
};

/** Makes this process one of a `ProcessPool`: it does the jobs of one method until it is killed or left alone. */
export function serveJobs<Job extends { readonly folder: string }, Result>(
  method: string,
  work: (job: Job, reporter: Reporter) => Promise<Result>,
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

  const served = async (job: Job): Promise<Result> => {
    folder = job.folder;
    emit({ pid: process.pid });
    try {
      return await work(job, reporter);
    } finally {
      folder = undefined;
    }
  };
  worker({ [method]: served }, { onTerminate: end });
}

/** Ends at once: an ordinary exit would wait for a decoder that is still at work. */
function end(): void {
  process.kill(process.pid, 'SIGKILL');
}
