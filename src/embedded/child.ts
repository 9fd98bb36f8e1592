import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { LIFE_SIGNS_VARIABLE } from '../life-signs';
import { LIFE_PIPE } from './life-watch';

export interface ChildCommand {
  command: string;
  args: string[];
  env: NodeJS.ProcessEnv;
  /** Gets everything the child prints. A file, so that the child never waits for a reader or dies with one. */
  logFile: string;
}

/** Seconds between asking and ending a child whose parent is gone. */
const ORPHAN_GRACE = 5;

/**
 * Waits beside the command for the parent's end of pipe 3 to close, which also `kill -9` of the parent
 * does, and then ends the command. `$$` is the command's own process, because `exec` keeps the number;
 * nobody else can get that number meanwhile, because the waiting shell is in its process group.
 */
const GUARD = '(cat <&3 >/dev/null; kill -TERM $$; sleep "$0"; kill -KILL $$) 2>/dev/null & exec "$@" 3<&-';

/**
 * Starts a command that cannot outlive this process. It leads a process group of its own, so that
 * Ctrl-C reaches only this process, which then ends its children in order.
 */
export function startChild({ command, args, env, logFile }: ChildCommand): ChildProcess {
  const log = openSync(logFile, 'a');
  try {
    const child = spawn('sh', ['-c', GUARD, String(ORPHAN_GRACE), command, ...args], {
      env: { ...env, [LIFE_SIGNS_VARIABLE]: String(LIFE_PIPE) },
      // The parent's end of the third closes with it; on the fourth the child may give signs of life.
      stdio: ['ignore', log, log, 'pipe', 'pipe'],
      detached: true,
    });
    // Ends the guard, and whatever else the command left in its group.
    child.once('exit', () => killGroup(child));
    return child;
  } finally {
    closeSync(log);
  }
}

/** Asks a child to end, and ends it after the grace. Resolves when it is gone. */
export async function endChild(child: ChildProcess, graceSeconds: number): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  await new Promise<void>((resolve) => {
    const force = setTimeout(() => child.kill('SIGKILL'), graceSeconds * 1000);
    child.once('exit', () => {
      clearTimeout(force);
      resolve();
    });
    child.kill('SIGTERM');
  });
}

function killGroup(child: ChildProcess): void {
  try {
    if (child.pid) process.kill(-child.pid, 'SIGKILL');
  } catch (error) {
    // ESRCH: nobody is left.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
