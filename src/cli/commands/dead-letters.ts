import { type Command, Option } from 'commander';
import type { DeadLetter } from '../../client/dead-letters/dead-letter';
import { DEAD_LETTER_COLUMNS } from '../../client/dead-letters/dead-letter-columns';
import type { DeadLetterFilter, DeadLetterPage } from '../../client/dead-letters/dead-letters';
import { csv } from '../../client/list/csv';
import { HoldfastError } from '../../errors';
import { headed } from '../head';
import { wholeNumber } from '../numbers';
import { oneLine } from '../output/one-line';
import type { Column } from '../output/table';
import { durationText } from '../output/times';
import { addFilterOptions, type FilterOptions, filterOf, taskFilter } from '../repair/filter';
import { type Runner, UsageError } from '../runner';
import type { Session } from '../session';
import { addDeadLetterGroups } from './dead-letter-groups';

interface DeadLettersOptions extends FilterOptions {
  abandoned?: true;
  limit: number;
  counts?: true;
  csv?: true;
}

const LONGEST_PAGE = 200;
const NOTHING = 'No dead letters found matching the criteria';

export function addDeadLetters(program: Command, runner: Runner): void {
  const command = headed(addFilterOptions(runner.common(program.command('dead-letters'))), {
    summary: 'list tasks that neither an attempt nor a redrive has healed',
    description:
      'Lists dead letters, the newest task first. holdfast info ID shows more of one; holdfast retry redrives.',
    examples: [
      'holdfast dead-letters --filter class=configuration',
      'holdfast dead-letters --counts',
      'holdfast dead-letters --csv > dead-letters.csv',
    ],
  })
    .option('--abandoned', 'abandoned tasks instead of parked ones')
    .option('--limit <n>', 'the largest number', wholeNumber(1, 10_000), 50)
    .addOption(new Option('--counts', 'count them by cause instead').conflicts(['limit', 'csv', 'abandoned']))
    .addOption(new Option('--csv', 'all that match, as CSV').conflicts(['limit', 'json']))
    .action(runner.run<[], DeadLettersOptions>('listing dead letters', deadLetters));
  addDeadLetterGroups(command, runner);
}

async function deadLetters(session: Session, options: DeadLettersOptions): Promise<undefined> {
  const filter = lettersOf(options);
  if (options.counts) await count(session, filter);
  else if (options.csv) await exportAll(session, filter);
  else await list(session, filter, options.limit);
  return undefined;
}

function lettersOf({ abandoned, ...options }: DeadLettersOptions): DeadLetterFilter {
  const { state, ...rest } = taskFilter(filterOf(options));
  if (state) throw new UsageError('A dead letter has no other status; --abandoned lists those that were given up.');
  return {
    ...rest,
    ...(abandoned && { abandoned }),
  };
}

async function list(session: Session, filter: DeadLetterFilter, limit: number): Promise<void> {
  const { out, tasks, signal } = session;
  const letters: DeadLetter[] = [];
  let cursor: string | undefined;
  do {
    const most = Math.min(limit - letters.length, LONGEST_PAGE);
    const more = cursor === undefined ? {} : { cursor };
    const page = await tasks.deadLetters.list({ filter, limit: most, ...more });
    letters.push(...page.deadLetters);
    cursor = page.cursor;
  } while (cursor !== undefined && letters.length < limit && !signal.aborted);
  const partial = cursor !== undefined;
  if (out.asJson) out.json({ deadLetters: letters, partial });
  else if (letters.length === 0) out.line(NOTHING);
  else show(session, letters);
  if (partial) out.note(`There are more than ${limit}: --limit shows more, --counts counts them.`);
}

function show({ out, times, wide }: Session, letters: readonly DeadLetter[]): void {
  const columns: Column<DeadLetter>[] = [
    { title: 'Task ID', width: 36, cell: ({ id }) => id },
    { title: 'Type', cell: ({ type }) => type },
    { title: 'Code', cell: ({ code }) => code },
    { title: 'Class', cell: (letter) => letter.class },
    { title: 'Age', align: 'right', cell: ({ ageSeconds }) => durationText(ageSeconds) },
    { title: 'Next Redrive', width: 19, cell: (letter) => nextRedrive(letter, times.of(letter.nextRedriveAt)) },
    { title: 'Attempts', align: 'right', cell: ({ attempts }) => String(attempts) },
  ];
  const more: Column<DeadLetter>[] = [
    { title: 'Since', cell: ({ since }) => times.of(since) },
    { title: 'Fingerprint', cell: ({ fingerprint }) => fingerprint },
    { title: 'Message', cell: ({ message }) => oneLine(message) },
  ];
  out.table(wide ? [...columns, ...more] : columns, letters);
}

function nextRedrive({ state, nextRedriveAt }: DeadLetter, time: string): string {
  if (state === 'abandoned') return 'given up';
  return nextRedriveAt === undefined ? 'waits for somebody' : time;
}

async function count({ out, tasks }: Session, filter: DeadLetterFilter): Promise<void> {
  const { counts } = await tasks.deadLetters.list({ filter, limit: 1 });
  if (!counts) throw new HoldfastError('unavailable', 'Temporal takes too long to count them; try again.');
  if (out.asJson) return out.json(counts);
  if (counts.total === 0) return out.line(NOTHING);
  const columns: Column<(typeof counts.byFingerprint)[number]>[] = [
    { title: 'Count', align: 'right', cell: (trouble) => String(trouble.count) },
    { title: 'Type', cell: ({ type }) => type },
    { title: 'Code', cell: ({ code }) => code },
    { title: 'Class', cell: (trouble) => trouble.class },
    { title: 'Fingerprint', cell: ({ fingerprint }) => fingerprint },
    { title: 'Example', cell: ({ example }) => example },
    { title: 'Message', cell: ({ message }) => oneLine(message) },
  ];
  out.table(columns, counts.byFingerprint);
  out.line();
  out.line(summary(counts));
}

function summary({ total, oldestSeconds, exact }: NonNullable<DeadLetterPage['counts']>): string {
  const oldest = oldestSeconds === undefined ? '' : `; the oldest has waited for ${durationText(oldestSeconds)}`;
  return `${total} in all${oldest}.${exact ? '' : ' There are more troubles than these.'}`;
}

async function exportAll({ out, tasks }: Session, filter: DeadLetterFilter): Promise<void> {
  for await (const lines of csv(DEAD_LETTER_COLUMNS, tasks.deadLetters.all(filter))) out.data(lines);
}
