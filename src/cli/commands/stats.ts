import type { Command } from 'commander';
import type { Figures } from '../../client/figures/figures';
import type { Percentiles } from '../../client/figures/percentiles';
import { headed } from '../head';
import { number } from '../numbers';
import type { Column } from '../output/table';
import type { Runner } from '../runner';
import type { Session } from '../session';

/** Ended tasks are kept for thirty days. */
const MOST_HOURS = 720;

export function addStats(program: Command, runner: Runner): void {
  headed(runner.common(program.command('stats')), {
    summary: 'counts, failure rates and times by task type',
    description:
      'Counts the tasks that ended in the last hours and those that are open, and shows how long the last ones of each type waited and ran.',
    examples: ['holdfast stats', 'holdfast stats --hours 1 --json'],
  })
    .option('--hours <n>', 'how far to look back', number(0.01, MOST_HOURS), 24)
    .action(runner.run<[], { hours: number }>('counting tasks', (session, { hours }) => stats(session, hours)));
}

async function stats(session: Session, hours: number): Promise<undefined> {
  const figures = await session.tasks.figures(hours);
  if (session.out.asJson) session.out.json(figures);
  else show(session, figures);
  return undefined;
}

function show({ out, times }: Session, { hours, from, total, types }: Figures): void {
  out.line(`Tasks that ended in the last ${hours} h, since ${times.of(from)}; open and parked ones are those of now`);
  const rows: Row[] = [...types, { type: 'total', ...total }];
  const columns: Column<Row>[] = [
    { title: 'Type', cell: ({ type }) => type },
    ...(['completed', 'failed', 'cancelled', 'open'] as const).map(
      (name): Column<Row> => ({
        title: `${name[0]?.toUpperCase()}${name.slice(1)}`,
        align: 'right',
        cell: (row) => String(row[name]),
      }),
    ),
    { title: 'Parked', align: 'right', cell: ({ deadLettered }) => String(deadLettered) },
    {
      title: 'Failure rate',
      align: 'right',
      cell: ({ failureRate }) => (failureRate === undefined ? '' : `${(100 * failureRate).toFixed(1)}%`),
    },
  ];
  out.table(columns, rows);
  const sampled = types.filter(({ durations }) => durations.sample > 0);
  if (sampled.length === 0) return;
  out.line();
  out.line(
    'Seconds that the last of them waited for their first attempt, and that their last attempt ran: p50 / p95 / p99',
  );
  const sampleColumns: Column<Figures['types'][number]>[] = [
    { title: 'Type', cell: ({ type }) => type },
    {
      title: 'Sample',
      align: 'right',
      cell: ({ durations }) => `${durations.exact ? 'all' : 'last'} ${durations.sample}`,
    },
    { title: 'Wait', align: 'right', cell: ({ durations }) => inOrder(durations.wait) },
    { title: 'Run', align: 'right', cell: ({ durations }) => inOrder(durations.run) },
  ];
  out.table(sampleColumns, sampled);
}

type Row = Figures['total'] & { type: string };

function inOrder(percentiles: Percentiles | undefined): string {
  return percentiles ? [percentiles.p50, percentiles.p95, percentiles.p99].map(secondsText).join(' / ') : '';
}

/** Three digits that count, and no more than milliseconds. */
function secondsText(seconds: number): string {
  return seconds < 100 ? String(Number(seconds.toPrecision(3))) : String(Math.round(seconds));
}
