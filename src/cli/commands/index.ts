import type { Command } from 'commander';
import type { Runner } from '../runner';
import { addDoctor } from './doctor';
import { addList } from './list';
import { addReplayCheck } from './replay-check';

/** Every command, in the order of the help. */
export const COMMANDS: readonly ((program: Command, runner: Runner) => void)[] = [addList, addDoctor, addReplayCheck];
