import type { Command } from 'commander';
import type { Runner } from '../runner';
import { addInfo } from './info';
import { addList } from './list';
import { addLogs } from './logs';
import { addOperators } from './operators';
import { addRehearse } from './rehearse';
import { addStuck } from './stuck';
import { addSubmit } from './submit';
import { addSubmitStatement } from './submit-statement';
import { addUpdate } from './update';
import { addWait } from './wait';

/** Every command, in the order of the help. */
export const COMMANDS: readonly ((program: Command, runner: Runner) => void)[] = [
  addList,
  addInfo,
  addLogs,
  addStuck,
  addUpdate,
  addOperators,
  addSubmit,
  addSubmitStatement,
  addWait,
  addRehearse,
];
