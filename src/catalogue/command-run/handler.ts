import type { Handler } from '../../activities/attempt/handler';
import { isSecretRef } from '../../tasks/secret-ref';
import type { SecretResolver } from '../shared/secrets';
import type { AllowedCommands } from './allowed-command';
import { makeAttemptFolder, removeAttemptFolder, writeStdin } from './attempt-folder';
import type { CommandRunContract } from './contract';
import { given } from './given';
import { permitted, requirePlatform, requireProgram } from './permission';
import { runProgram } from './run-program';
import { outputOf } from './verdict';

export interface CommandSettings {
  commands: AllowedCommands;
  /** Knows the secrets that inputs name. Defaults to none. */
  secrets?: SecretResolver | undefined;
}

/**
 * The handler of `command.run`. This worker's own allow-list has the last word: the one that accepted the
 * submission may have been another.
 * @throws TaskFailure PERMANENT_PERMISSION for what this list refuses, CONFIG_MISSING_SERVICE when the
 *   program or the platform is missing here, and what `outputOf` says of the run.
 */
export function createCommandRun({ commands, secrets }: CommandSettings): Handler<CommandRunContract> {
  return async (input, context) => {
    requirePlatform();
    const allowed = permitted(commands, input);
    await requireProgram(`The program of "${input.command}"`, allowed.program);
    context.signal.throwIfAborted();
    const timeout = input.timeout ?? allowed.timeout;
    const folder = await makeAttemptFolder();
    try {
      if (!isSecretRef(input.stdin)) await writeStdin(folder.stdin, input.stdin, context);
      const asked = { command: input.command, timeout };
      const call = async () => {
        // A rehearsal ends before this, and reads no secret.
        const { stdin, ...hidden } = await given(input, secrets, context);
        if (isSecretRef(input.stdin)) await writeStdin(folder.stdin, stdin, context);
        const ended = await runProgram({ allowed, args: input.args, folder, timeout, ...hidden }, context);
        // What an exit code means is the program's own affair, and a shorter limit was the caller's choice.
        if (ended.timedOut && timeout === allowed.timeout) outputOf(ended, asked, allowed);
        return ended;
      };
      // Arguments and input of one caller may make it hang for that caller alone.
      const run = await context.guard(`program:${input.command}`, call, { perTenant: true });
      return outputOf(run, asked, allowed);
    } finally {
      await removeAttemptFolder(folder, context.log);
    }
  };
}
