import type { Command } from 'commander';
import type { QueueInfo } from '../../client/workers/queues';
import { headed } from '../head';
import type { Column } from '../output/table';
import { durationText } from '../output/times';
import type { Runner } from '../runner';
import type { Session } from '../session';

export function addQueues(program: Command, runner: Runner): void {
  headed(runner.common(program.command('queues')), {
    summary: 'what waits in each queue, and who serves it',
    description:
      "Shows every queue that a policy of the catalogue names. The counts of waiting work are the server's approximation.",
    examples: ['holdfast queues'],
  }).action(runner.run<[], object>('reading queues', queues));
}

async function queues({ tasks, out, wide }: Session): Promise<undefined> {
  const list = await tasks.workers();
  if (out.asJson) {
    out.json({ exact: false, queues: list });
    return undefined;
  }
  const columns: Column<QueueInfo>[] = [
    { title: 'Queue', width: 16, cell: ({ queue }) => queue },
    { title: 'Workers', align: 'right', cell: ({ workers }) => String(workers.length) },
    { title: 'Waiting', align: 'right', cell: ({ backlog }) => String(backlog) },
    {
      title: 'Oldest',
      align: 'right',
      cell: ({ backlog, backlogAgeSeconds }) => (backlog > 0 ? durationText(backlogAgeSeconds) : ''),
    },
    { title: 'By priority', cell: ({ backlogByPriority }) => byPriority(backlogByPriority) },
  ];
  const more: Column<QueueInfo> = {
    title: 'Served by',
    cell: ({ workers }) => workers.map(({ identity }) => identity).join(', '),
  };
  out.table(wide ? [...columns, more] : columns, list);
  for (const { queue, backlog } of list.filter(({ workers, backlog }) => workers.length === 0 && backlog > 0)) {
    out.note(`No worker serves queue ${queue}, and ${backlog} wait. Start one: npm run worker -- --queues ${queue}`);
  }
  return undefined;
}

function byPriority(backlog: Record<string, number>): string {
  return Object.entries(backlog)
    .sort(([a], [b]) => Number(a) - Number(b))
    .map(([priority, waiting]) => `${priority}: ${waiting}`)
    .join(', ');
}
