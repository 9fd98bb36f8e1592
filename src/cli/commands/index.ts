import type { Command } from 'commander';
import type { Runner } from '../runner';
import { addBreakers } from './breakers';
import { addCheck } from './check';
import { addDeadLetters } from './dead-letters';
import { addDoctor } from './doctor';
import { addInfo } from './info';
import { addList } from './list';
import { addLogs } from './logs';
import { addOperators } from './operators';
import { addRehearse } from './rehearse';
import { addReplayCheck } from './replay-check';
import { addSchedules } from './schedules';
import { addSetup } from './setup';
import { addStuck } from './stuck';
import { addSubmit } from './submit';
import { addUpdate } from './update';
import { addWait } from './wait';

/** Every command, in the order of the help. */
export const COMMANDS: readonly ((program: Command, runner: Runner) => void)[] = [
  addList,
  addInfo,
  addLogs,
  addStuck,
  addCheck,
  addDeadLetters,
  addBreakers,
  addSchedules,
  addUpdate,
  addRehearse,
  addOperators,
  addSubmit,
  addWait,
  addDoctor,
  addReplayCheck,
  addSetup,
];
