import type { z } from 'zod';
import { TaskFailure } from '../../tasks/failures';
import type { AllowedCommand } from './allowed-command';
import type { Captured } from './capture';
import type { CommandRunContract } from './contract';
import type { Run } from './run-program';

/** Characters of standard error that a failure's message quotes. */
const QUOTED_CHARACTERS = 1000;

interface Asked {
  command: string;
  /** The limit that applied, in seconds. */
  timeout: number;
}

/**
 * What a run means for the task: its output, or the failure it amounts to.
 * @throws TaskFailure CONFIG_INVALID_SETTING when the program never began, EXTERNAL_TIMEOUT over its time,
 *   PERMANENT_LOGIC when it went over a limit; for any other bad end UNKNOWN, which may be tried again, when
 *   the command is idempotent, else PERMANENT_LOGIC.
 */
export function outputOf(run: Run, asked: Asked, allowed: AllowedCommand): z.input<CommandRunContract['output']> {
  const { code, stderr } = run;
  if (!run.started && !run.timedOut) {
    const message = `"${asked.command}" was not started, its limits could not be set: ${stderr.tail.trim()}`;
    throw new TaskFailure('CONFIG_INVALID_SETTING', message);
  }
  if (run.timedOut || code === null || !allowed.exitCodes.includes(code)) throw failureOf(run, asked, allowed);
  return resultOf(run, code);
}

/** How a run with this exit code is told. */
export function resultOf({ durationMs, stdout, stderr }: Run, exitCode: number): z.input<CommandRunContract['output']> {
  return {
    exitCode,
    durationMs,
    stdout: summary(stdout),
    stderr: summary(stderr),
    artifacts: { stdout: stdout.artifact, stderr: stderr.artifact },
  };
}

function failureOf(run: Run, { command, timeout }: Asked, allowed: AllowedCommand): TaskFailure {
  const fail = (name: ConstructorParameters<typeof TaskFailure>[0], what: string) =>
    new TaskFailure(name, `"${command}" ${what}.${evidence(run)}`);
  if (run.timedOut) return fail('EXTERNAL_TIMEOUT', `was killed: it ran longer than its limit of ${timeout} seconds`);
  switch (run.signal) {
    case 'SIGXCPU':
      return fail('PERMANENT_LOGIC', `was killed: it used more than ${allowed.cpuSeconds} seconds of CPU time`);
    case 'SIGXFSZ':
      return fail('PERMANENT_LOGIC', `was killed: it wrote a file of more than ${allowed.fileBytes} bytes`);
    default:
      return fail(
        allowed.idempotent ? 'UNKNOWN' : 'PERMANENT_LOGIC',
        run.signal ? `was killed by ${run.signal}` : `exited with code ${run.code}`,
      );
  }
}

function evidence({ stdout, stderr }: Run): string {
  const words = stderr.tail.slice(-QUOTED_CHARACTERS).trim();
  const files = [stdout, stderr].map(({ artifact }) => `${artifact.name} ${artifact.hash}`).join(', ');
  return `${words && ` Its last words: ${words}`} (Full output: ${files}.)`;
}

function summary({ tail, bytes, truncated }: Captured) {
  return { tail, bytes, truncated };
}
