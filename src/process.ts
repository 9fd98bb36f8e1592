import { inspect } from 'node:util';
import { StartError } from './errors';
import { printableLines } from './tasks/printable';

/** Files 0600, folders 0700. */
export const OWN_ONLY = 0o077;

/** A role that runs in this process. */
export interface Running {
  /** Settles when the role has ended by itself; rejects when it broke. Absent: it runs until closed. */
  finished?: Promise<void>;
  /** Ends the role in order. */
  close(): Promise<void>;
}

/**
 * Runs a role until SIGTERM or SIGINT, then closes it. A wrong setting or a missing service ends the
 * process with one line and exit code 1.
 */
export function runProcess(start: () => Promise<Running>): void {
  // Inputs, results and secrets lie in what is written: others on this host have no business there.
  process.umask(OWN_ONLY);
  // From the first moment: a worker may have taken work before its start is complete. A second signal ends it at once.
  const signalled = new Promise<void>((resolve) => {
    process.once('SIGTERM', resolve);
    process.once('SIGINT', resolve);
  });
  start()
    .then(async (running) => {
      try {
        await Promise.race([signalled, ...(running.finished ? [running.finished] : [])]);
      } finally {
        // Also when a part broke: what is left of the role would keep the process alive, and useless.
        await running.close();
      }
    })
    .catch((error: unknown) => {
      const expected =
        error instanceof StartError || String((error as { code?: unknown }).code).startsWith('ERR_PARSE_ARGS');
      console.error(printableLines(expected ? (error as Error).message : inspect(error)));
      process.exitCode = 1;
    });
}
