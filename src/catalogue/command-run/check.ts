import { writeFile } from 'node:fs/promises';
import type { TaskLog } from '../../activities/attempt/handler';
import type { Verifier, VerifyContext } from '../../activities/attempt/verify';
import { makeAttemptFolder, removeAttemptFolder } from './attempt-folder';
import type { CommandRunContract } from './contract';
import { given } from './given';
import type { CommandSettings } from './handler';
import { permitted, requirePlatform, requireProgram } from './permission';
import { type Run, type RunContext, runProgram } from './run-program';
import { resultOf } from './verdict';

/** Longest run of a check, in seconds. */
const TIMEOUT = 10;
/** Bytes of each of its output streams that are kept. */
const OUTPUT_BYTES = 64 * 1024;
/** Characters of its output that the evidence quotes. */
const QUOTED_CHARACTERS = 800;

const SILENT: TaskLog = { debug() {}, info() {}, warn() {}, error() {} };

/**
 * The verifier of `command.run`: runs the check that the allow-list names for the command, under the limits of the
 * command itself. Without one there is no verdict.
 */
export function createCommandVerifier({ commands, secrets }: CommandSettings): Verifier<CommandRunContract> {
  return async (input, context) => {
    requirePlatform();
    const allowed = permitted(commands, input);
    const what = `The check of "${input.command}"`;
    if (!allowed.verify) {
      return {
        effect: 'unknown',
        evidence: `"${input.command}" has no check: HOLDFAST_COMMANDS may give it one, as "verify".`,
      };
    }
    const { program, args } = allowed.verify;
    await requireProgram(what, program);
    const folder = await makeAttemptFolder();
    try {
      await writeFile(folder.stdin, '');
      const check = { ...allowed, program, outputBytes: OUTPUT_BYTES };
      const { stdin: _stdin, ...hidden } = await given({ ...input, stdin: '' }, secrets);
      const plan = { allowed: check, args: [...args, ...input.args], folder, timeout: TIMEOUT, ...hidden };
      return verdictOf(await runProgram(plan, runContext(context)), what);
    } finally {
      await removeAttemptFolder(folder, SILENT);
    }
  };
}

/** A check does not speak in the task's log, nor of its progress. */
function runContext(context: VerifyContext): RunContext {
  return { ...context, log: SILENT, progress() {} };
}

function verdictOf(run: Run, what: string): Awaited<ReturnType<Verifier<CommandRunContract>>> {
  const { started, timedOut, code, signal } = run;
  const say = (how: string) => `${what} ${how}.${quoted(run)}`;
  if (timedOut) return { effect: 'unknown', evidence: say(`gave no answer within ${TIMEOUT} seconds`) };
  if (!started) return { effect: 'unknown', evidence: say('was not started, its limits could not be set') };
  if (code === null) return { effect: 'unknown', evidence: say(`was killed by ${signal}`) };
  const evidence = say(`exited with code ${code}`);
  if (code === 0) return { effect: 'done', output: { ...resultOf(run, code), verified: true }, evidence };
  return { effect: code === 1 ? 'absent' : 'unknown', evidence };
}

function quoted({ stdout, stderr }: Run): string {
  const words = (stdout.tail.trim() || stderr.tail.trim()).slice(-QUOTED_CHARACTERS);
  return words && ` Its output: ${words}`;
}
