import { type ChildProcess, execFileSync } from 'node:child_process';
import { once } from 'node:events';

/** Whether a process lives; one that is dead and not yet reaped does not. */
export function isAlive(pid: number): boolean {
  try {
    const state = execFileSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' }).trim();
    return state !== '' && !state.startsWith('Z');
  } catch {
    return false;
  }
}

/** A process and all that it has started, directly or not. */
export function familyOf(pid: number): { pid: number; command: string }[] {
  const rows = execFileSync('ps', ['-eo', 'pid=,ppid=,args='], { encoding: 'utf8' }).split('\n');
  const processes = rows.flatMap((row) => {
    const [, own, parent, command = ''] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(row) ?? [];
    return own ? [{ pid: Number(own), parent: Number(parent), command }] : [];
  });
  const family = processes.filter((one) => one.pid === pid);
  for (const member of family) family.push(...processes.filter(({ parent }) => parent === member.pid));
  return family;
}

/** Process IDs of a process's family whose command line contains the text. */
export function descendants(ancestor: number, text: string): number[] {
  return familyOf(ancestor).flatMap(({ pid, command }) => (command.includes(text) ? [pid] : []));
}

export function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}

/** Sends a signal and waits for the end. */
export async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (hasEnded(child)) return;
  const gone = once(child, 'exit');
  child.kill(signal);
  await gone;
}
