import type { Command } from 'commander';
import type { Runner } from '../runner';
import { addList } from './list';
import { addQueues } from './queues';
import { addStats } from './stats';
import { addTypes } from './types';
import { addWhy } from './why';
import { addWorkers } from './workers';

/** Every command, in the order of the help. */
export const COMMANDS: readonly ((program: Command, runner: Runner) => void)[] = [
  addList,
  addWhy,
  addStats,
  addWorkers,
  addQueues,
  addTypes,
];
