import type { Command } from 'commander';
import type { WhyReport } from '../../client/diagnosis/why';
import { headed } from '../head';
import { evidenceLine } from '../output/evidence';
import { durationText } from '../output/times';
import type { Runner } from '../runner';
import type { Session } from '../session';

export function addWhy(program: Command, runner: Runner): void {
  headed(runner.common(program.command('why')), {
    summary: 'why a task is where it is, and what to type',
    description:
      'Names one cause, since when, the evidence, and the command to type. For a waiting task it forecasts when it starts and ends.',
    examples: ['holdfast why image.convert:01kbc8x5v2q4'],
  })
    .argument('<id>', 'the task')
    .action(runner.run<[string], object>('explaining the task', (session, id) => why(session, id)));
}

async function why(session: Session, id: string): Promise<undefined> {
  const report = await session.tasks.why((await session.find(id)).id);
  if (session.out.asJson) session.out.json(report);
  else show(session, report);
  return undefined;
}

function show(
  { out, times }: Session,
  { id, type, state, why: { cause, message, since, todo, command }, evidence, forecast }: WhyReport,
): void {
  const { bold } = out.colours;
  const age = since && ` (${durationText((Date.now() - Date.parse(since)) / 1000)})`;
  out.line(bold(`${id}: ${state}, ${cause}`));
  out.line(times.inText(message));
  out.line(`Type:  ${type}`);
  if (since) out.line(`Since: ${times.of(since)}${age}`);
  out.line('Evidence:');
  for (const [name, value] of Object.entries(evidence)) out.line(`  ${evidenceLine(name, value, times)}`);
  if (forecast?.known) {
    const { startsAt, endsAt, etaSeconds, restsOn } = forecast;
    const end = endsAt && ` and ends about ${times.of(endsAt)}, in ${durationText(etaSeconds ?? 0)}`;
    out.line(`Forecast: starts about ${times.of(startsAt)}${end ?? ''}. It rests on:`);
    for (const reason of restsOn) out.line(`  - ${reason}`);
  } else if (forecast) {
    out.line(`Forecast: none, because ${forecast.because}`);
  }
  if (todo && todo !== command) out.line(`To do: ${times.inText(todo)}`);
  if (command) out.command(`Type this: ${bold(command)}`);
}
