import type { Command } from 'commander';

/** What the help says of a command. */
interface Head {
  /** In the list of commands. */
  summary: string;
  /** Above its own options. Defaults to the summary. */
  description?: string;
  /** Command lines to copy, below its options. */
  examples?: readonly string[];
}

/** Gives a command what its help says. */
export function headed(command: Command, { summary, description, examples = [] }: Head): Command {
  command.summary(summary);
  if (description !== undefined) command.description(description);
  if (examples.length === 0) return command;
  const title = examples.length === 1 ? 'Example' : 'Examples';
  return command.addHelpText('after', `\n${title}:\n${examples.map((line) => `  ${line}`).join('\n')}`);
}
