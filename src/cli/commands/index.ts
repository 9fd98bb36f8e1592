import type { Command } from 'commander';
import type { Runner } from '../runner';
import { addCheck } from './check';
import { addList } from './list';
import { addRehearse } from './rehearse';

/** Every command, in the order of the help. */
export const COMMANDS: readonly ((program: Command, runner: Runner) => void)[] = [addList, addCheck, addRehearse];
