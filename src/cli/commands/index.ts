import type { Command } from 'commander';
import type { Runner } from '../runner';
import { addList } from './list';

/** Every command, in the order of the help. */
export const COMMANDS: readonly ((program: Command, runner: Runner) => void)[] = [addList];
