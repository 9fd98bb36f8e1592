import type { Command } from 'commander';
import type { BatchView } from '../../client/batches/batch-view';
import { refuseOtherWords } from '../groups';
import { headed } from '../head';
import { readJson, readJsonLines } from '../input';
import { wholeNumber } from '../numbers';
import { operatorName } from '../operator';
import type { Column } from '../output/table';
import type { Runner } from '../runner';
import type { Session } from '../session';

interface SubmitOptions {
  members: string;
  id?: string;
  limit?: number;
  stopAfterFailures?: number;
  atEnd?: string;
}

interface CancelOptions {
  by: string;
  reason?: string;
}

const MOST_MEMBERS = 10_000;
const MOST_IN_FLIGHT = 500;
const LISTED = 50;

export function addBatches(program: Command, runner: Runner): void {
  const batches = headed(program.command('batches'), {
    summary: 'submit many tasks as one, see how far they are, cancel them',
    description:
      'A batch is many tasks under one ID, with a limit of tasks in flight. It continues as long as a worker runs.',
    examples: [
      'holdfast batches submit --members tasks.ndjson --id nightly-2026-11-24',
      'holdfast batches show nightly-2026-11-24 --members',
      'holdfast batches cancel nightly-2026-11-24',
    ],
  });
  runner
    .common(batches.command('list', { isDefault: true }))
    .summary('list the newest; also the default')
    .action(runner.run<[], object>('listing batches', (session) => list(session)));
  runner
    .common(batches.command('show'))
    .argument('<id>', 'the batch')
    .summary('the progress of one')
    .option('--members', 'its members instead, one JSON object a line')
    .action(
      runner.run<[string], { members?: true }>('reading the batch', (session, id, { members }) =>
        members ? report(session, id) : show(session, id),
      ),
    );
  runner
    .common(batches.command('cancel'))
    .argument('<id>', 'the batch')
    .summary('submit no further members, and cancel the open ones')
    .option('--by <name>', 'who gives the command', operatorName())
    .option('--reason <text>', 'why')
    .action(runner.run<[string], CancelOptions>('cancelling the batch', cancel));
  runner
    .common(batches.command('submit'))
    .summary('submit one')
    .requiredOption('--members <file>', 'the tasks, one JSON object a line; - for standard input')
    .option('--id <id>', 'its ID: the same tasks under the same ID are the same batch')
    .option('--limit <n>', 'members in flight, at most; 100 by default', wholeNumber(1, MOST_IN_FLIGHT))
    .option('--stop-after-failures <n>', 'stop submitting after so many failures', wholeNumber(1, MOST_MEMBERS))
    .option('--at-end <file>', 'a task to submit once all have ended: a JSON file, or JSON')
    .action(runner.run<[], SubmitOptions>('submitting the batch', submit));
  refuseOtherWords(batches);
}

async function list({ out, tasks, times }: Session): Promise<undefined> {
  const { batches } = await tasks.batches.list({ limit: LISTED });
  if (out.asJson) out.json({ batches });
  else if (batches.length === 0) out.line('There are no batches.');
  else {
    const columns: Column<BatchView>[] = [
      { title: 'Batch', width: 32, cell: ({ id }) => id },
      { title: 'State', width: 10, cell: ({ state }) => state },
      { title: 'Created', width: 19, cell: ({ createdAt }) => times.of(createdAt) },
      ...counts.map(([title, cell]) => ({ title, align: 'right' as const, cell })),
    ];
    out.table(columns, batches);
  }
  return undefined;
}

const counts: [title: string, cell: (view: BatchView) => string][] = [
  ['Total', ({ total }) => String(total)],
  ['Running', ({ running }) => String(running)],
  ['Completed', ({ completed }) => String(completed)],
  ['Failed', ({ failed, refused }) => String(failed + refused)],
  ['Cancelled', ({ cancelled }) => String(cancelled)],
  ['Parked', ({ parked }) => String(parked)],
  ['Waiting', ({ waiting }) => String(waiting)],
];

async function show({ out, tasks, times }: Session, id: string): Promise<undefined> {
  const batch = await tasks.batches.read(id);
  if (out.asJson) {
    out.json({ batch });
    return undefined;
  }
  const { state, limit, createdAt, startedAt, endedAt, stoppedBecause, atEnd } = batch;
  out.line(`${batch.id}: ${state}, ${limit} in flight at most`);
  if (stoppedBecause) out.line(`Stopped because: ${stoppedBecause}`);
  out.line(`Created ${times.of(createdAt)}, started ${times.of(startedAt)}, ended ${times.of(endedAt)}`);
  out.line(counts.map(([title, cell]) => `${title} ${cell(batch)}`).join(', '));
  if (atEnd) out.line('id' in atEnd ? `At the end: ${atEnd.id}` : `At the end nothing was submitted: ${atEnd.refused}`);
  return undefined;
}

async function report({ out, tasks }: Session, id: string): Promise<undefined> {
  for await (const lines of await tasks.batches.report(id)) for (const line of lines) out.jsonLine(line);
  return undefined;
}

async function cancel({ out, tasks }: Session, id: string, { by, reason }: CancelOptions): Promise<undefined> {
  const batch = await tasks.batches.cancel(id, { by, ...(reason !== undefined && { reason }) });
  if (out.asJson) out.json({ batch });
  else out.line(`Sent cancel to ${batch.id}. It ends when its open members have ended.`);
  return undefined;
}

async function submit({ out, tasks }: Session, options: SubmitOptions): Promise<undefined> {
  const { members, id, limit, stopAfterFailures, atEnd } = options;
  const { batch, duplicate } = await tasks.batches.start({
    tasks: await readJsonLines(members, '--members'),
    by: operatorName(),
    ...(id !== undefined && { id }),
    ...(limit !== undefined && { limit }),
    ...(stopAfterFailures !== undefined && { stopAfterFailures }),
    ...(atEnd !== undefined && { atEnd: await readJson(atEnd, '--at-end') }),
  });
  if (duplicate) out.note(`It is there already, and ${batch.state}.`);
  if (out.asJson) out.json({ batch, duplicate });
  else out.line(batch.id);
  return undefined;
}
