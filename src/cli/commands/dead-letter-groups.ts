import type { Command } from 'commander';
import type { FailureGroup } from '../../client/insights/failure-groups';
import { headed } from '../head';
import { oneLine } from '../output/one-line';
import type { Column } from '../output/table';
import type { Runner } from '../runner';
import type { Session } from '../session';

export function addDeadLetterGroups(deadLetters: Command, runner: Runner): void {
  headed(runner.common(deadLetters.command('groups')), {
    summary: 'each trouble once, with what is new and what is back',
    description:
      'Groups the dead letters by fingerprint. new: first seen within a day. back: it was gone, and came back within a day.',
    examples: ['holdfast dead-letters groups --output wide'],
  }).action(runner.run<[], object>('grouping dead letters', groups));
}

async function groups({ tasks, out, times, wide }: Session): Promise<undefined> {
  const found = await tasks.insights.failureGroups();
  if (out.asJson) {
    out.json(found);
    return undefined;
  }
  if (found.groups.length === 0) {
    out.line('There are no dead letters');
    return undefined;
  }
  const columns: Column<FailureGroup>[] = [
    { title: 'Count', align: 'right', cell: ({ count }) => String(count) },
    { title: 'Mark', cell: ({ mark }) => mark ?? '' },
    { title: 'Type', cell: ({ type }) => type },
    { title: 'Code', cell: ({ code }) => code },
    { title: 'Last', width: 19, cell: ({ lastAt }) => times.of(lastAt) },
    { title: 'Fingerprint', cell: ({ fingerprint }) => fingerprint },
    { title: 'Message', cell: ({ message }) => oneLine(message) },
  ];
  const more: Column<FailureGroup>[] = [
    { title: 'First', cell: ({ firstAt }) => times.of(firstAt) },
    { title: 'Example', cell: ({ example }) => example },
  ];
  out.table(wide ? [...columns, ...more] : columns, found.groups);
  if (found.exactness === 'partial') out.note(`Only the newest of ${found.total} dead letters were looked at.`);
  return undefined;
}
