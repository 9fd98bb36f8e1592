import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { TaskFailure } from '../../tasks/failures';
import type { AllowedCommand } from './allowed-command';
import type { AttemptFolder } from './attempt-folder';

/**
 * Both scripts are fixed texts: whatever a caller sends reaches them as positional parameters, which a
 * shell never interprets.
 *
 * The launcher leads a process group of its own. It sets the limits, reports that, and waits for the command to
 * start; then the program takes its place. What it writes elsewhere has the usual mode, not the worker's own. End of file instead of it means that the worker is dead.
 */
const LAUNCHER = `
umask 022
while [ "$1" != -- ]; do ulimit "$1" "$2" || exit 1; shift 2; done
shift
echo ready >&3
read -r go <&3 || exit 1
exec "$@" 3<&-`;

/**
 * The guard waits for the end of a pipe that only the worker holds. When the worker dies, however it
 * dies, the guard kills the whole group and removes its folder. It is no member of the group, so that
 * signals to the group, and programs that wait for all their children, do not meet it.
 */
const GUARD = `
read -r never
for try in 1 2 3 4 5 6 7 8 9 10; do kill -s KILL -- "-$1" || break; sleep 0.1; done
rm -rf -- "$2"`;

const PATH = '/usr/local/bin:/usr/bin:/bin';

/** After the soft limit the kernel sends SIGXCPU, which names the cause; at the hard one, SIGKILL. */
const CPU_GRACE_SECONDS = 5;

/** POSIX counts file sizes in blocks of this many bytes. */
const FILE_BLOCK = 512;

interface LaunchPlan {
  program: string;
  args: string[];
  limits: Pick<AllowedCommand, 'cpuSeconds' | 'memoryBytes' | 'fileBytes' | 'openFiles'>;
  folder: AttemptFolder;
  env: Record<string, string>;
  /** Descriptors of standard input, output and error. */
  stdio: [number, number, number];
}

export interface ProgramEnd {
  /** False when the limits could not be set, so that the program never began. */
  started: boolean;
  code: number | null;
  signal: NodeJS.Signals | null;
}

export interface Launched {
  /** The program's process ID, which is its group's too. */
  pid: number;
  /** Settles when the program itself has ended; others of its group may live on. */
  ended: Promise<ProgramEnd>;
  /** Sends the guard home. Call it when the group is gone. */
  release(): void;
}

/**
 * Starts a program in a process group of its own, under limits, with nothing but the given environment.
 * From its first instruction on, the death of this process is the death of the group.
 * @throws TaskFailure TRANSIENT_RESOURCE when the system has no room for another process.
 */
export async function launch(plan: LaunchPlan): Promise<Launched> {
  const { path: folder, work } = plan.folder;
  const launcher = await start(
    ['-c', LAUNCHER, 'launcher', ...ulimits(plan.limits), '--', plan.program, ...plan.args],
    [...plan.stdio, 'pipe'],
    work,
    { ...plan.env, PATH, LANG: 'C.UTF-8', HOME: work, TMPDIR: work },
  );
  const control = launcher.stdio[3] as Socket;
  const ended = endOf(launcher, control);
  try {
    const guard = await start(['-c', GUARD, 'guard', String(launcher.pid), folder], ['pipe', 'ignore', 'ignore'], '/', {
      PATH,
    });
    control.write('go\n');
    return { pid: launcher.pid, ended, release: () => guard.kill('SIGKILL') };
  } catch (error) {
    launcher.kill('SIGKILL');
    throw error;
  }
}

async function endOf(launcher: ChildProcess, control: Socket): Promise<ProgramEnd> {
  let started = false;
  control.once('data', () => {
    started = true;
  });
  // The command to start may meet a launcher that has already failed; `started` shows it.
  control.on('error', () => undefined);
  const [code, signal] = (await once(launcher, 'close')) as [number | null, NodeJS.Signals | null];
  return { started, code, signal };
}

async function start(
  args: string[],
  stdio: (number | 'pipe' | 'ignore')[],
  cwd: string,
  env: Record<string, string>,
): Promise<ChildProcess & { pid: number }> {
  const child = spawn('/bin/sh', args, { stdio, cwd, env, detached: true });
  try {
    await once(child, 'spawn');
  } catch (cause) {
    const message = `The worker could not start a process: ${(cause as Error).message}`;
    throw new TaskFailure('TRANSIENT_RESOURCE', message, undefined, { cause });
  }
  return child as ChildProcess & { pid: number };
}

/** Flags and values of the shell's `ulimit`. */
function ulimits({ cpuSeconds, memoryBytes, fileBytes, openFiles }: LaunchPlan['limits']): string[] {
  const limits: [flag: string, value: number][] = [
    ['-c', 0],
    ['-St', cpuSeconds],
    ['-Ht', cpuSeconds + CPU_GRACE_SECONDS],
    ['-f', Math.ceil(fileBytes / FILE_BLOCK)],
    ['-n', openFiles],
  ];
  // Data, not address space: runtimes such as Node reserve far more addresses than they use memory.
  // Linux alone counts mapped memory as data.
  if (process.platform === 'linux') limits.push(['-d', Math.ceil(memoryBytes / 1024)]);
  return limits.flatMap(([flag, value]) => [flag, String(value)]);
}
