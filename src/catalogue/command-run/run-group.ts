import { closeSync, openSync } from 'node:fs';
import type { HandlerContext } from '../../activities/attempt/handler';
import type { AllowedCommand } from './allowed-command';
import type { AttemptFolder } from './attempt-folder';
import { type Launched, launch, type ProgramEnd } from './launcher';
import { killGroup, stopGroup } from './process-group';

export interface GroupPlan {
  allowed: AllowedCommand;
  args: string[];
  /** Environment variables that the caller sets. Defaults to none. */
  env?: Readonly<Record<string, string>>;
  folder: AttemptFolder;
}

export type GroupContext = Pick<HandlerContext, 'taskId' | 'effectKey' | 'log'>;

export interface GroupEnd extends ProgramEnd {
  durationMs: number;
  /** True when the stop signal came while the program ran. */
  stopped: boolean;
}

/**
 * Starts the program and sees its group to its end.
 * @param writeEnds Descriptors for the program's standard output and error; closed here in any case.
 */
export async function runGroup(
  { allowed, args, env, folder }: GroupPlan,
  writeEnds: [number, number],
  stop: AbortSignal,
  context: GroupContext,
): Promise<GroupEnd> {
  const open: number[] = [...writeEnds];
  const closeAll = () => open.splice(0).forEach(closeSync);
  const began = performance.now();
  try {
    stop.throwIfAborted();
    const stdin = openSync(folder.stdin, 'r');
    open.push(stdin);
    const program = await launch({
      program: allowed.program,
      args,
      limits: allowed,
      folder,
      env: { ...env, TASK_ID: context.taskId, EFFECT_KEY: context.effectKey() },
      stdio: [stdin, ...writeEnds],
    });
    closeAll();
    context.log.info('Program started', { program: allowed.program, pid: program.pid });
    return await endOf(program, stop, began);
  } finally {
    closeAll();
  }
}

async function endOf(program: Launched, stop: AbortSignal, began: number): Promise<GroupEnd> {
  let stopping: Promise<void> | undefined;
  const onStop = () => {
    stopping = stopGroup(program.pid);
  };
  stop.addEventListener('abort', onStop, { once: true });
  if (stop.aborted) onStop();
  const end = await program.ended;
  stop.removeEventListener('abort', onStop);
  const durationMs = Math.round(performance.now() - began);
  // What the program left behind in its group ends with it.
  await (stopping ?? killGroup(program.pid));
  program.release();
  return { ...end, durationMs, stopped: stopping !== undefined };
}
