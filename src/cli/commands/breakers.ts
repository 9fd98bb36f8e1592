import type { Command } from 'commander';
import type { BreakerView } from '../../client/breakers/breakers';
import { BREAKER_ACTIONS, type BreakerAction, LONGEST_OPEN } from '../../protocol/breaker';
import { refuseOtherWords } from '../groups';
import { headed } from '../head';
import { number } from '../numbers';
import { operatorName } from '../operator';
import { oneLine } from '../output/one-line';
import type { Column } from '../output/table';
import type { Runner } from '../runner';
import type { Session } from '../session';

interface OrderOptions {
  by: string;
  reason?: string;
  seconds?: number;
}

const MEANING: Record<BreakerAction, string> = {
  open: 'let no calls to a dependency through',
  close: 'let calls through again',
  reset: 'let calls through again, and forget how often it opened',
};

export function addBreakers(program: Command, runner: Runner): void {
  const breakers = headed(program.command('breakers'), {
    summary: 'list circuit breakers, or open, close or reset one',
    description: 'Circuit breakers hold back calls to a dependency while it fails.',
    examples: [
      'holdfast breakers',
      'holdfast breakers open smtp:mail.example.com --seconds 600 --reason "moving house"',
    ],
  });
  runner
    .common(breakers.command('list', { isDefault: true }))
    .summary('list them; also the default')
    .action(runner.run<[], object>('listing circuit breakers', (session) => list(session)));
  for (const action of BREAKER_ACTIONS) addOrder(breakers, runner, action);
  refuseOtherWords(breakers);
}

function addOrder(breakers: Command, runner: Runner, action: BreakerAction): void {
  const command = runner
    .common(breakers.command(action))
    .argument('<name>', 'kind:place, such as smtp:mail.example.com')
    .summary(MEANING[action])
    .option('--by <name>', 'who gives the command', operatorName())
    .option('--reason <text>', 'why');
  if (action === 'open') {
    command.option('--seconds <n>', 'for how long; until somebody closes it by default', number(1, LONGEST_OPEN));
  }
  command.action(
    runner.run<[string], OrderOptions>(`sending ${action} to the breaker`, (session, name, options) =>
      order(session, action, name, options),
    ),
  );
}

async function list({ out, tasks, times, wide }: Session): Promise<undefined> {
  const breakers = await tasks.breakers();
  if (out.asJson) out.json({ breakers });
  else if (breakers.length === 0) out.line('There are no circuit breakers: no worker has used one yet.');
  else {
    const columns: Column<BreakerView>[] = [
      { title: 'Breaker', width: 36, cell: ({ name }) => name },
      { title: 'State', width: 9, cell: ({ state }) => state },
      { title: 'Since', width: 19, cell: ({ since }) => times.of(since) },
      { title: 'Until', width: 19, cell: ({ state, openUntil }) => until(state, times.of(openUntil), openUntil) },
      { title: 'Failures', align: 'right', cell: ({ failures }) => String(failures) },
      { title: 'Opened', align: 'right', cell: ({ opened }) => String(opened) },
    ];
    const more: Column<BreakerView>[] = [
      { title: 'Last Failure', cell: ({ lastFailure }) => lastFailure?.code ?? '' },
      {
        title: 'Operator',
        cell: ({ operator }) => oneLine([operator?.by, operator?.reason].filter(Boolean).join(': ')),
      },
    ];
    out.table(wide ? [...columns, ...more] : columns, breakers);
  }
  return undefined;
}

function until(state: BreakerView['state'], time: string, openUntil: string | undefined): string {
  if (state !== 'open') return '';
  return openUntil === undefined ? 'it is closed' : time;
}

async function order(
  { out, tasks }: Session,
  action: BreakerAction,
  name: string,
  { by, reason, seconds }: OrderOptions,
): Promise<undefined> {
  const breaker = await tasks.breaker(name, action, {
    by,
    ...(reason !== undefined && { reason }),
    ...(seconds !== undefined && { seconds }),
  });
  if (out.asJson) out.json({ breaker });
  else out.line(`Sent ${action} to ${name}. It takes effect as soon as a worker runs.`);
  return undefined;
}
