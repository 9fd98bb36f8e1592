import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import type { TaskFilter } from '../../client/list/list-query';
import type { TaskView } from '../../client/read/view';
import type { TaskState } from '../../protocol/task';
import { headed } from '../head';
import { meant } from '../meant';
import { wholeNumber } from '../numbers';
import type { Column } from '../output/table';
import { durationText } from '../output/times';
import { addFilterOptions, type FilterOptions, filterOf, taskFilter } from '../repair/filter';
import type { Runner } from '../runner';
import type { Session } from '../session';
import { parseStatuses } from '../statuses';
import { lastUpdate } from '../task-times';

interface ListOptions extends FilterOptions {
  status?: TaskState[];
  limit: number;
  watch?: true;
}

/** States that no index knows are looked for among the open tasks, up to this many. */
const LOOKED_AT = 10_000;
const WATCH_EVERY_MS = 2000;

export function addList(program: Command, runner: Runner): void {
  headed(addFilterOptions(runner.common(program.command('list'))), {
    summary: 'list tasks, the one that changed last first',
    description:
      'Lists tasks, the last change first. Each row is read from the task itself, so it shows what info shows.',
    examples: [
      'holdfast list --status processing',
      'holdfast list --type image.convert --watch',
      'holdfast list --tag nightly --code TRANSIENT_NETWORK --created-after 2026-11-24',
    ],
  })
    .option('--status <states>', 'only tasks in these states, separated by commas', parseStatuses)
    .option('--limit <n>', 'the largest number of tasks', wholeNumber(1, 1000), 10)
    .option('--watch', 'refresh every two seconds, until Ctrl-C')
    .action(runner.run<[], ListOptions>('listing tasks', (session, options) => listTasks(session, options)));
}

async function listTasks(session: Session, options: ListOptions): Promise<undefined> {
  const { out, signal } = session;
  for (;;) {
    const { tasks, partial } = await find(session, options);
    if (options.watch) out.clear();
    if (out.asJson) out.json({ tasks, partial });
    else show(session, tasks, options.type);
    if (partial) out.note(`Looked at ${LOOKED_AT} open tasks; more may match. Narrow it with --type.`);
    if (!options.watch) return undefined;
    await sleep(WATCH_EVERY_MS, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) return undefined;
  }
}

async function find({ tasks: client, signal }: Session, { status, limit, ...options }: ListOptions) {
  const filter: TaskFilter = { ...taskFilter(filterOf(options)), ...(status && { state: status }) };
  const tasks: TaskView[] = [];
  let scanned = 0;
  let cursor: string | undefined;
  do {
    const most = Math.min(limit - tasks.length, 200);
    const page = await client.list({ filter, limit: most, ...(cursor !== undefined && { cursor }) });
    tasks.push(...page.tasks);
    scanned += page.scanned;
    cursor = page.cursor;
  } while (cursor !== undefined && tasks.length < limit && scanned < LOOKED_AT && !signal.aborted);
  const partial = cursor !== undefined && tasks.length < limit;
  return { tasks: tasks.sort((a, b) => lastUpdate(b).localeCompare(lastUpdate(a))), partial };
}

function show({ app, out, times, wide }: Session, tasks: readonly TaskView[], type?: string): void {
  if (tasks.length === 0) {
    out.line('No tasks found matching the criteria');
    const types = app.contracts.map((contract) => contract.type);
    if (type !== undefined && !types.includes(type)) {
      out.note(`${type} is no task type of this application. ${meant(type, types) || 'holdfast types lists them.'}`);
    }
    return;
  }
  const columns: Column<TaskView>[] = [
    { title: 'Task ID', width: 36, cell: ({ id }) => id },
    { title: 'Status', width: 10, cell: ({ state }) => state },
    { title: 'Progress', width: 8, align: 'right', cell: ({ progress }) => `${progress}%` },
    { title: 'Last Updated', width: 20, cell: (task) => times.of(lastUpdate(task)) },
  ];
  const more: Column<TaskView>[] = [
    {
      title: 'Age',
      align: 'right',
      cell: ({ createdAt }) => durationText((Date.now() - Date.parse(createdAt)) / 1000),
    },
    { title: 'Attempts', align: 'right', cell: ({ attempts }) => String(attempts ?? '') },
    { title: 'Queue', cell: ({ queue }) => queue },
    { title: 'Key', cell: ({ key }) => key ?? '' },
    { title: 'Worker', cell: ({ worker }) => worker ?? '' },
  ];
  out.table(wide ? [...columns, ...more] : columns, tasks);
}
