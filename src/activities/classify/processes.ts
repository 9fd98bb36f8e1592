import type { FailureCodeName } from '../../tasks/failures';
import type { Thing } from './thing';
import { type Judge, LIKELY, PERHAPS } from './verdict';

/** What the end of a child process by a signal means. The kernel kills, and V8 aborts, for want of memory. */
export const SIGNALS: Readonly<Record<string, FailureCodeName>> = {
  SIGKILL: 'SYSTEM_OUT_OF_MEMORY',
  SIGABRT: 'SYSTEM_OUT_OF_MEMORY',
  SIGTERM: 'TRANSIENT_RESOURCE',
  SIGINT: 'TRANSIENT_RESOURCE',
  SIGHUP: 'TRANSIENT_RESOURCE',
  SIGPIPE: 'TRANSIENT_RESOURCE',
  SIGSEGV: 'PERMANENT_LOGIC',
  SIGBUS: 'PERMANENT_LOGIC',
  SIGILL: 'PERMANENT_LOGIC',
  SIGFPE: 'PERMANENT_LOGIC',
  SIGSYS: 'PERMANENT_LOGIC',
  SIGXCPU: 'PERMANENT_LOGIC',
  SIGXFSZ: 'PERMANENT_LOGIC',
};

/** Exit codes by which shells say what went wrong before the program did; 128 + n stands for signal n. */
export const EXIT_CODES: Readonly<Record<number, FailureCodeName>> = {
  126: 'PERMANENT_PERMISSION',
  127: 'CONFIG_MISSING_SERVICE',
  134: 'SYSTEM_OUT_OF_MEMORY',
  137: 'SYSTEM_OUT_OF_MEMORY',
  139: 'PERMANENT_LOGIC',
  143: 'TRANSIENT_RESOURCE',
};

/** Errors of `exec`, `execFile` and their synchronous forms. Other exit codes mean what the program says: unknown. */
export const ofProcesses: Judge = (thing) => {
  if (!isOfProcess(thing)) return undefined;
  if (thing.text('code') === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER')
    return { code: 'PERMANENT_LOGIC', confidence: LIKELY };
  // Node itself ends a child for two reasons: its time (`timeout`), and an output above `maxBuffer`.
  if (thing.read('killed') === true) return { code: 'EXTERNAL_TIMEOUT', confidence: LIKELY };
  const bySignal = SIGNALS[thing.text('signal') ?? ''];
  if (bySignal) return { code: bySignal, confidence: LIKELY };
  const byExit = EXIT_CODES[thing.integer('code') ?? thing.integer('status') ?? 0];
  return byExit && { code: byExit, confidence: PERHAPS };
};

function isOfProcess(thing: Thing): boolean {
  const ran = thing.text('cmd') !== undefined || thing.text('spawnfile') !== undefined;
  return (
    ran || thing.list('spawnargs').length > 0 || (thing.integer('pid') !== undefined && thing.list('output').length > 0)
  );
}
