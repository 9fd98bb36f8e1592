import { type Command, Option } from 'commander';
import { HoldfastError } from '../../errors';
import { inParallel } from '../../parallel';
import type { BulkActionName, BulkFilter } from '../../protocol/bulk';
import { confirmed } from '../confirm';
import { EXIT } from '../exit-codes';
import { headed } from '../head';
import { readJson } from '../input';
import { number } from '../numbers';
import { operatorName } from '../operator';
import { editedInput } from '../repair/edited-input';
import { addCondition, isoTime } from '../repair/filter';
import { repair } from '../repair/repair';
import { type Runner, UsageError } from '../runner';
import type { Session } from '../session';

interface OperatorOptions {
  filter?: BulkFilter;
  reason?: string;
  by: string;
  input?: string;
  edit?: true;
  at?: string;
  result?: string;
  unchecked?: true;
  rate: number;
  dryRun?: true;
  yes?: true;
}

/** Each operator's command: what it does, and which tasks it is for when a filter names no status. */
const ACTIONS: Record<BulkActionName, { summary: string; meant: string }> = {
  retry: { summary: 'run tasks again: now, at a time, with a corrected input', meant: 'dead-lettered' },
  cancel: { summary: 'stop tasks; a running handler gets time to clean up', meant: 'open' },
  pause: { summary: 'hold tasks before their next attempt', meant: 'waiting and running' },
  resume: { summary: 'let paused tasks continue', meant: 'paused' },
  resolve: { summary: 'end tasks as completed, with a given result', meant: 'dead-lettered' },
  abandon: { summary: 'give tasks up: they fail, and their keys become free', meant: 'dead-lettered' },
  fail: { summary: 'end tasks as failed', meant: 'dead-lettered' },
};

const NEEDS_REASON: readonly BulkActionName[] = ['abandon', 'fail'];
const DEFAULT_RATE = 25;
const READS_AT_ONCE = 20;
const FASTEST = 500;

export function addOperators(program: Command, runner: Runner): void {
  for (const action of Object.keys(ACTIONS) as BulkActionName[]) addOperator(program, runner, action);
}

function addOperator(program: Command, runner: Runner, action: BulkActionName): void {
  const { summary, meant } = ACTIONS[action];
  const command = headed(runner.common(program.command(action)), {
    summary,
    description: `${summary[0]?.toUpperCase()}${summary.slice(1)}.\nA task receives the command only if it is still as it was found; one that has moved on is left alone.`,
    examples: examples(action),
  })
    .argument('[ids...]', 'the tasks')
    .option(
      '--filter <name=value>',
      `tasks by status, type, tenant, tag, category, class, code, fingerprint, created-after or created-before; may be given several times. Without a status: ${meant} ones`,
      addCondition,
    )
    .option('--by <name>', "who gives the command, for the tasks' timelines", operatorName())
    .option('--rate <n>', 'the largest number of tasks a second', number(0.1, FASTEST), DEFAULT_RATE)
    .option('--dry-run', 'show which tasks it would affect, and do nothing')
    .option('--yes', 'do not ask');
  if (NEEDS_REASON.includes(action)) command.requiredOption('--reason <text>', 'why, for the timelines');
  else command.option('--reason <text>', 'why, for the timelines');
  if (action === 'retry') {
    command
      .option('--input <file>', 'a corrected input: a JSON file, - for standard input, or JSON')
      .addOption(
        new Option('--edit', 'correct the input of one task in $VISUAL or $EDITOR first').conflicts([
          'input',
          'filter',
        ]),
      )
      .option('--at <time>', 'when to run, ISO 8601; now by default', isoTime);
  }
  if (action === 'resolve') {
    command
      .requiredOption('--result <file>', 'the result: a JSON file, - for standard input, or JSON')
      .option('--unchecked', 'take the result as it is, whatever the task type says; the timeline records that');
  }
  command.action(
    runner.run<[string[]], OperatorOptions>(`sending ${action} to tasks`, (session, ids, options) =>
      send(session, action, ids, options),
    ),
  );
}

async function send(
  session: Session,
  action: BulkActionName,
  given: string[],
  { filter, reason, by, input, edit, at, result, unchecked, rate, dryRun, yes }: OperatorOptions,
): Promise<number> {
  const ids = await wholeIds(session, given);
  const [first = ''] = ids;
  if (edit && ids.length !== 1) throw new UsageError('--edit corrects the input of one task: name one.');
  const message = {
    by,
    ...(reason !== undefined && { reason }),
    ...(at !== undefined && { at }),
    ...(input !== undefined && { input: await readJson(input, '--input') }),
    ...(edit && { input: await editedInput(session, first) }),
    ...(result !== undefined && { result: await readJson(result, '--result') }),
    ...(unchecked && { unchecked }),
  };
  if (edit && !dryRun && !(await confirmed(session, `retry ${first} with this input?`, yes))) {
    session.out.note('Nothing was done.');
    return EXIT.refused;
  }
  return repair(session, { action, ids, filter, message, rate, dryRun, yes });
}

/** Beginnings of IDs stand for the tasks they belong to; what is no task is said later, beside the others. */
async function wholeIds(session: Session, given: readonly string[]): Promise<string[]> {
  return inParallel(given, READS_AT_ONCE, async (id) => {
    try {
      return (await session.find(id)).id;
    } catch (error) {
      if (error instanceof HoldfastError && error.code === 'task-not-found') return id;
      throw error;
    }
  });
}

function examples(action: BulkActionName): string[] {
  const more = { retry: '', cancel: '', pause: '', resume: '', resolve: " --result '{}'", abandon: '', fail: '' }[
    action
  ];
  const reason = NEEDS_REASON.includes(action) ? ' --reason "replaced by hand"' : '';
  return [
    `holdfast ${action} image.convert:01jb…${more}${reason}`,
    `holdfast ${action} --filter type=image.convert --filter created-before=2026-11-01${more} --dry-run${reason}`,
  ];
}
