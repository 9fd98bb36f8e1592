import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';

/** Between a polite end and a hard one. Shorter than what the attempt's wrapper waits for a handler to settle. */
const GRACE_MS = 5000;

/** A killed process dies at once, unless the kernel itself holds it; then it is not waited for. */
const DEATH_MS = 2000;

const POLL_MS = 20;

/** Ends a process group: SIGTERM, five seconds, SIGKILL. Resolves when no member lives. */
export async function stopGroup(group: number): Promise<void> {
  send(group, 'SIGTERM');
  await untilDead(group, GRACE_MS);
  // In any case: a member born while the others were counted may have been missed.
  await killGroup(group);
}

/** Kills what is left of a process group. Resolves when no member lives. */
export async function killGroup(group: number): Promise<void> {
  if (send(group, 'SIGKILL')) await untilDead(group, DEATH_MS);
}

async function untilDead(group: number, withinMs: number): Promise<void> {
  const deadline = performance.now() + withinMs;
  while ((await isAlive(group)) && performance.now() < deadline) await wait(POLL_MS);
}

/**
 * Whether a member lives. The dead stay members until they are reaped, which a container whose first
 * process is no init never does; /proc tells them apart.
 */
async function isAlive(group: number): Promise<boolean> {
  if (!send(group, 0)) return false;
  if (process.platform !== 'linux') return true;
  const names = await readdir('/proc');
  const members = await Promise.all(
    names.filter((name) => /^\d+$/.test(name)).map((pid) => isLivingMember(pid, group)),
  );
  return members.includes(true);
}

async function isLivingMember(pid: string, group: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => '');
  // "pid (name) state parent group …", where the name may hold anything.
  const [state, , processGroup] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return processGroup === String(group) && state !== 'Z' && state !== 'X';
}

/** False when the group has no member that a signal could reach (macOS says EPERM of a group of zombies). */
function send(group: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(-group, signal);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ESRCH' || code === 'EPERM') return false;
    throw error;
  }
}
