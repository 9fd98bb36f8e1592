import type { Command } from 'commander';
import type { Runner } from '../runner';

/** Adds one command, or several that belong together, to the program. */
type Add = (program: Command, runner: Runner) => void;

/** Names of commands, and how to get at them: a command line that is typed again and again loads what it needs only. */
interface CommandModule {
  names: readonly string[];
  load(): Promise<Add>;
}

/** Every command, in the order of the help. */
export const COMMANDS: readonly CommandModule[] = [
  { names: ['list'], load: async () => (await import('./list')).addList },
  { names: ['info'], load: async () => (await import('./info')).addInfo },
  { names: ['why'], load: async () => (await import('./why')).addWhy },
  { names: ['logs'], load: async () => (await import('./logs')).addLogs },
  { names: ['find-stuck', 'reset-stuck'], load: async () => (await import('./stuck')).addStuck },
  { names: ['check'], load: async () => (await import('./check')).addCheck },
  { names: ['dead-letters'], load: async () => (await import('./dead-letters')).addDeadLetters },
  { names: ['breakers'], load: async () => (await import('./breakers')).addBreakers },
  { names: ['schedules'], load: async () => (await import('./schedules')).addSchedules },
  { names: ['update'], load: async () => (await import('./update')).addUpdate },
  { names: ['rehearse'], load: async () => (await import('./rehearse')).addRehearse },
  {
    names: ['retry', 'cancel', 'pause', 'resume', 'resolve', 'abandon', 'fail'],
    load: async () => (await import('./operators')).addOperators,
  },
  { names: ['submit'], load: async () => (await import('./submit')).addSubmit },
  { names: ['batches'], load: async () => (await import('./batches')).addBatches },
  { names: ['submit-statement'], load: async () => (await import('./submit-statement')).addSubmitStatement },
  { names: ['wait'], load: async () => (await import('./wait')).addWait },
  { names: ['stats'], load: async () => (await import('./stats')).addStats },
  { names: ['workers'], load: async () => (await import('./workers')).addWorkers },
  { names: ['queues'], load: async () => (await import('./queues')).addQueues },
  { names: ['types'], load: async () => (await import('./types')).addTypes },
  { names: ['keys'], load: async () => (await import('./keys')).addKeys },
  { names: ['sessions'], load: async () => (await import('./sessions')).addSessions },
  { names: ['audit'], load: async () => (await import('./audit')).addAudit },
  { names: ['doctor'], load: async () => (await import('./doctor')).addDoctor },
  { names: ['replay-check'], load: async () => (await import('./replay-check')).addReplayCheck },
  { names: ['artifacts'], load: async () => (await import('./artifacts')).addArtifacts },
  { names: ['codec'], load: async () => (await import('./codec')).addCodec },
  { names: ['setup'], load: async () => (await import('./setup')).addSetup },
  { names: ['init'], load: async () => (await import('./init')).addInit },
];

/** What a command line needs of them: nothing for the version, one where it is named, else all. */
export function modulesFor([first = '']: readonly string[]): readonly CommandModule[] {
  if (first === '--version' || first === '-V') return [];
  const named = COMMANDS.filter(({ names }) => names.includes(first));
  return named.length > 0 ? named : COMMANDS;
}
