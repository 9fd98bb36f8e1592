import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { TaskFailure } from '../../tasks/failures';
import { type AllowedCommand, type AllowedCommands, findAllowed, refusal } from './allowed-command';

/** @throws TaskFailure CONFIG_MISSING_SERVICE where processes cannot be held together. */
export function requirePlatform(): void {
  if (process.platform === 'linux' || process.platform === 'darwin') return;
  throw new TaskFailure(
    'CONFIG_MISSING_SERVICE',
    `command.run needs the process groups of Linux or macOS; this worker runs on ${process.platform}.`,
  );
}

/** The entry of a call. @throws TaskFailure PERMANENT_PERMISSION for what this worker's list refuses. */
export function permitted(commands: AllowedCommands, input: Parameters<typeof refusal>[1]): AllowedCommand {
  const refused = refusal(commands, input);
  const allowed = findAllowed(commands, input.command);
  if (refused || !allowed) throw new TaskFailure('PERMANENT_PERMISSION', `This worker refuses it: ${refused?.message}`);
  return allowed;
}

/** @param what Names it in the message. @throws TaskFailure CONFIG_MISSING_SERVICE when it cannot be run here. */
export async function requireProgram(what: string, program: string): Promise<void> {
  try {
    await access(program, constants.X_OK);
    if ((await stat(program)).isFile()) return;
  } catch {
    // Not there and not executable have the same remedy.
  }
  throw new TaskFailure(
    'CONFIG_MISSING_SERVICE',
    `${what}, ${program}, is not an executable file on this worker. Install it, or correct HOLDFAST_COMMANDS.`,
  );
}
