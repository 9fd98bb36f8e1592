import { rmSync } from 'node:fs';
import { worker, workerEmit } from 'workerpool';
import { convert } from './convert';
import type { ImageEvent, ImageJob, ImageResult, Reporter } from './job';

const emit: (event: ImageEvent) => void = workerEmit;

const reporter: Reporter = {
  progress: (...progress) => emit({ progress }),
  log: (...log) => emit({ log }),
};

let folder: string | undefined;

/** Ends at once: an ordinary exit would wait for a decoder that is still at work. */
function end(): void {
  process.kill(process.pid, 'SIGKILL');
}

/** The parent is gone, perhaps by kill -9, and with it whoever would have removed the folder. */
function endAlone(): void {
  if (folder) rmSync(folder, { recursive: true, force: true });
  end();
}

// Which of the two comes first depends on whether something was being sent; workerpool's own listener would only exit.
process.prependListener('disconnect', endAlone);
process.on('error', endAlone);

// Ctrl-C and service managers signal the whole group, but the parent finishes its attempts first and then ends us.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => {});

worker(
  {
    async convert(job: ImageJob): Promise<ImageResult> {
      folder = job.folder;
      emit({ pid: process.pid });
      try {
        return await convert(job, reporter);
      } finally {
        folder = undefined;
      }
    },
  },
  { onTerminate: end },
);
