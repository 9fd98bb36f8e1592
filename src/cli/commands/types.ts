import type { Command } from 'commander';
import { typeView } from '../../tasks/type-view';
import { headed } from '../head';
import type { Column } from '../output/table';
import type { Runner } from '../runner';
import type { Session } from '../session';

type TypeView = ReturnType<typeof typeView>;

export function addTypes(program: Command, runner: Runner): void {
  headed(runner.common(program.command('types')), {
    summary: 'what kinds of work there are',
    description: 'Shows the catalogue. --json has the JSON Schemas of inputs and results, examples and policies too.',
    examples: ['holdfast types --output wide'],
  }).action(runner.run<[], object>('showing the catalogue', types));
}

async function types({ app, out, wide }: Session): Promise<undefined> {
  const views = app.contracts.map((contract) => typeView(contract, app.categories));
  if (out.asJson) {
    out.json({ taskTypes: views });
    return undefined;
  }
  const columns: Column<TypeView>[] = [
    { title: 'Type', width: 16, cell: ({ type }) => type },
    { title: 'Category', cell: ({ category }) => category },
    { title: 'Queue', cell: ({ policy }) => policy.queue },
    { title: 'Priority', align: 'right', cell: ({ policy }) => String(policy.priority) },
    { title: 'Attempts', align: 'right', cell: ({ policy }) => String(policy.attempts) },
    { title: 'Timeout', align: 'right', cell: ({ policy }) => `${policy.timeout} s` },
  ];
  const more: Column<TypeView>[] = [
    { title: 'Window', align: 'right', cell: ({ policy }) => `${policy.window} s` },
    { title: 'Summary', cell: ({ summary }) => summary },
  ];
  out.table(wide ? [...columns, ...more] : columns, views);
  return undefined;
}
