import type { Command } from 'commander';
import { meant } from './meant';

/**
 * Lets a command that stands for others also be typed alone, for its list, and answers a wrong word after it with the
 * one that was probably meant. Call it once all of its commands are there.
 */
export function refuseOtherWords(group: Command): void {
  const list = group.commands.find((command) => command.name() === 'list');
  list?.allowExcessArguments(true).hook('preAction', (_group, command) => {
    const [word] = command.args;
    if (word === undefined) return;
    const names = group.commands.map((one) => one.name());
    const known = `${group.name()} takes ${names.join(', ')}.`;
    command.error(`error: unknown command '${word}' after ${group.name()}. ${meant(word, names) || known}`, {
      code: 'commander.unknownCommand',
      exitCode: 1,
    });
  });
}
