import { inspect } from 'node:util';
import { printableLines } from '../tasks/printable';

/** A second Ctrl-C counts as impatience only after this long: npm passes the first one on a second time. */
const SAME_SIGNAL_MS = 1000;

/**
 * Ends the process in order on Ctrl-C and its like, with exit code 0; a second Ctrl-C ends it at once, and
 * the children with it.
 * @returns Aborted as soon as the end has begun.
 */
export function endOnSignal(stop: () => Promise<void>): AbortSignal {
  const ended = new AbortController();
  let since = 0;
  const end = () => {
    if (ended.signal.aborted) {
      if (Date.now() - since > SAME_SIGNAL_MS) process.exit(1);
      return;
    }
    since = Date.now();
    ended.abort();
    console.log('\nEnding: API, worker and monitor first, then Temporal. Open tasks go on at the next start.');
    stop().then(
      () => process.exit(0),
      (error: unknown) => {
        console.error(printableLines(inspect(error)));
        process.exit(1);
      },
    );
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, end);
  return ended.signal;
}
