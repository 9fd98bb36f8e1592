import type { Command } from 'commander';
import type { BulkActionName, BulkFilter } from '../../tasks/bulk-words';
import { readJson } from '../input';
import { number } from '../numbers';
import { operatorName } from '../operator';
import { addCondition, isoTime } from '../repair/filter';
import { repair } from '../repair/repair';
import type { Runner } from '../runner';
import type { Session } from '../session';

interface OperatorOptions {
  filter?: BulkFilter;
  reason?: string;
  by: string;
  input?: string;
  at?: string;
  result?: string;
  rate: number;
  dryRun?: true;
  yes?: true;
}

/** Each operator's word: what it does, and which tasks it is for when a filter names no status. */
const WORDS: Record<BulkActionName, { summary: string; meant: string }> = {
  retry: { summary: 'run tasks again: now, at a time, with a corrected input', meant: 'dead-lettered' },
  cancel: { summary: 'stop tasks; a running handler gets to clean up', meant: 'open' },
  pause: { summary: 'hold tasks before their next attempt', meant: 'waiting and running' },
  resume: { summary: 'let paused tasks go on', meant: 'paused' },
  resolve: { summary: 'end tasks as completed, with a given result', meant: 'dead-lettered' },
  abandon: { summary: 'give tasks up: they fail, and their keys come free', meant: 'dead-lettered' },
  fail: { summary: 'end tasks as failed', meant: 'dead-lettered' },
};

const NEEDS_REASON: readonly BulkActionName[] = ['abandon', 'fail'];
const DEFAULT_RATE = 25;
const FASTEST = 500;

export function addOperators(program: Command, runner: Runner): void {
  for (const action of Object.keys(WORDS) as BulkActionName[]) addOperator(program, runner, action);
}

function addOperator(program: Command, runner: Runner, action: BulkActionName): void {
  const { summary, meant } = WORDS[action];
  const command = runner
    .common(program.command(action))
    .argument('[ids...]', 'the tasks')
    .summary(summary)
    .description(
      `${summary[0]?.toUpperCase()}${summary.slice(1)}.\nEach task is told only if it is still as it was found: one that has moved on is left alone.`,
    )
    .option(
      '--filter <name=value>',
      `tasks by status, type, tenant, tag, category, class, code, fingerprint, created-after or created-before; may be given several times. Without a status: ${meant} ones`,
      addCondition,
    )
    .option('--by <name>', "who says so, for the tasks' timelines", operatorName())
    .option('--rate <n>', 'at most so many tasks a second', number(0.1, FASTEST), DEFAULT_RATE)
    .option('--dry-run', 'show which tasks it would be, and do nothing')
    .option('--yes', 'do not ask');
  if (NEEDS_REASON.includes(action)) command.requiredOption('--reason <text>', 'why, for the timelines');
  else command.option('--reason <text>', 'why, for the timelines');
  if (action === 'retry') {
    command
      .option('--input <file>', 'a corrected input: a JSON file, - for standard input, or JSON')
      .option('--at <time>', 'when to run, ISO 8601; now by default', isoTime);
  }
  if (action === 'resolve') {
    command.requiredOption('--result <file>', 'the result: a JSON file, - for standard input, or JSON');
  }
  command
    .addHelpText('after', `\n${examples(action)}`)
    .action(
      runner.run<[string[]], OperatorOptions>(`telling tasks to ${action}`, (session, ids, options) =>
        tell(session, action, ids, options),
      ),
    );
}

async function tell(
  session: Session,
  action: BulkActionName,
  ids: string[],
  { filter, reason, by, input, at, result, rate, dryRun, yes }: OperatorOptions,
): Promise<number> {
  const message = {
    by,
    ...(reason !== undefined && { reason }),
    ...(at !== undefined && { at }),
    ...(input !== undefined && { input: await readJson(input, '--input') }),
    ...(result !== undefined && { result: await readJson(result, '--result') }),
  };
  return repair(session, { action, ids, filter, message, rate, dryRun, yes });
}

function examples(action: BulkActionName): string {
  const more = { retry: '', cancel: '', pause: '', resume: '', resolve: " --result '{}'", abandon: '', fail: '' }[
    action
  ];
  const reason = NEEDS_REASON.includes(action) ? ' --reason "replaced by hand"' : '';
  return [
    'Examples:',
    `  holdfast ${action} image.convert:01jb…${more}${reason}`,
    `  holdfast ${action} --filter type=image.convert --filter created-before=2026-11-01${more} --dry-run${reason}`,
  ].join('\n');
}
