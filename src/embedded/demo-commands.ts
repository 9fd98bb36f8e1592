import { findOnPath } from './tools';

/** Harmless programs to try `command.run` with, and the rules of their arguments. */
const DEMO_ARGUMENTS: Record<string, string[]> = {
  date: [],
  echo: ['[^-].{0,199}...'],
  sleep: ['[0-9]{1,3}'],
};

/** An allow-list for HOLDFAST_COMMANDS made of what this machine has of them. */
export async function demoCommands(env: NodeJS.ProcessEnv): Promise<Record<string, object>> {
  const commands: Record<string, object> = {};
  for (const [name, args] of Object.entries(DEMO_ARGUMENTS)) {
    const program = await findOnPath(name, env);
    if (program) commands[name] = { program, args, idempotent: true };
  }
  return commands;
}
