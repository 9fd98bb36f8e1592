import type { Command } from 'commander';
import { Gateway } from '../../client/gateway';
import { readSchedules, type ScheduleView } from '../../client/schedules';
import { oneLine } from '../output/one-line';
import { type Column, tableLines } from '../output/table';
import type { Runner } from '../runner';
import type { Session } from '../session';

export function addSchedules(program: Command, runner: Runner): void {
  runner
    .common(program.command('schedules'))
    .summary('list the Temporal Schedules of the namespace')
    .description(
      "Lists every Temporal Schedule of the namespace, the monitor's included. To pause, resume or trigger one: temporal schedule toggle, temporal schedule trigger.",
    )
    .action(runner.run<[], object>('listing schedules', (session) => listSchedules(session)));
}

async function listSchedules(session: Session): Promise<undefined> {
  const { out, times, wide, config, temporal } = session;
  const schedules = await readSchedules(new Gateway(temporal.client, config.HOLDFAST_TEMPORAL_DEADLINE));
  if (out.asJson) out.json({ schedules });
  else if (schedules.length === 0) out.line('There are no schedules. The monitor makes its own when it starts.');
  else {
    const columns: Column<ScheduleView>[] = [
      { title: 'Schedule', width: 20, cell: ({ id }) => id },
      { title: 'When', width: 14, cell: ({ spec }) => spec },
      { title: 'State', width: 6, cell: ({ paused }) => (paused ? 'paused' : 'active') },
      { title: 'Last Run', width: 19, cell: ({ lastRunAt }) => times.of(lastRunAt) },
      { title: 'Next Run', width: 19, cell: ({ paused, nextRunAt }) => (paused ? 'N/A' : times.of(nextRunAt)) },
    ];
    const more: Column<ScheduleView>[] = [
      { title: 'Starts', cell: ({ starts }) => starts },
      { title: 'Runs', align: 'right', cell: ({ runs }) => String(runs) },
      { title: 'Note', cell: ({ note }) => oneLine(note ?? '') },
    ];
    for (const line of tableLines(wide ? [...columns, ...more] : columns, schedules)) out.line(line);
  }
  return undefined;
}
