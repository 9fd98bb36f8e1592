import type { Command } from 'commander';
import type { Runner } from '../runner';
import { addBatches } from './batches';
import { addBreakers } from './breakers';
import { addCheck } from './check';
import { addDeadLetters } from './dead-letters';
import { addDoctor } from './doctor';
import { addInfo } from './info';
import { addList } from './list';
import { addLogs } from './logs';
import { addOperators } from './operators';
import { addQueues } from './queues';
import { addRehearse } from './rehearse';
import { addReplayCheck } from './replay-check';
import { addSchedules } from './schedules';
import { addSetup } from './setup';
import { addStats } from './stats';
import { addStuck } from './stuck';
import { addSubmit } from './submit';
import { addSubmitStatement } from './submit-statement';
import { addTypes } from './types';
import { addUpdate } from './update';
import { addWait } from './wait';
import { addWhy } from './why';
import { addWorkers } from './workers';

/** Every command, in the order of the help. */
export const COMMANDS: readonly ((program: Command, runner: Runner) => void)[] = [
  addList,
  addInfo,
  addWhy,
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
  addBatches,
  addSubmitStatement,
  addWait,
  addStats,
  addWorkers,
  addQueues,
  addTypes,
  addDoctor,
  addReplayCheck,
  addSetup,
];
