import type { Command } from 'commander';
import { readSchedules, type ScheduleRow } from '../../client/schedules/schedule-list';
import { Gateway } from '../../client/temporal/gateway';
import { refuseOtherWords } from '../groups';
import { headed } from '../head';
import { oneLine } from '../output/one-line';
import type { Column } from '../output/table';
import type { Runner } from '../runner';
import type { Session } from '../session';
import { addScheduleCheck } from './schedule-check';
import { addScheduleCreate } from './schedule-create';
import { addScheduleOrders } from './schedule-orders';
import { addScheduleShow } from './schedule-show';

export function addSchedules(program: Command, runner: Runner): void {
  const schedules = headed(program.command('schedules'), {
    summary: 'list schedules, or create, show, pause, resume, trigger, backfill, delete or check them',
    description: 'Schedules start tasks by the clock: at the times of a cron expression, or at an interval.',
    examples: [
      'holdfast schedules',
      'holdfast schedules create nightly image.convert --cron "30 2 * * *" --time-zone Europe/Berlin --input input.json',
      'holdfast schedules backfill nightly --from 2026-11-20T00:00:00Z --to 2026-11-23T00:00:00Z --spacing 60',
    ],
  });
  runner
    .common(schedules.command('list', { isDefault: true }))
    .summary("list every Temporal Schedule, the monitor's included; also the default")
    .action(runner.run<[], object>('listing schedules', (session) => listSchedules(session)));
  addScheduleCreate(schedules, runner);
  addScheduleShow(schedules, runner);
  addScheduleOrders(schedules, runner);
  addScheduleCheck(schedules, runner);
  refuseOtherWords(schedules);
}

async function listSchedules(session: Session): Promise<undefined> {
  const { out, times, wide, config, temporal } = session;
  const schedules = await readSchedules(new Gateway(temporal.client, config.HOLDFAST_TEMPORAL_DEADLINE));
  if (out.asJson) out.json({ schedules });
  else if (schedules.length === 0) out.line('There are no schedules. The monitor makes its own when it starts.');
  else {
    const columns: Column<ScheduleRow>[] = [
      { title: 'Schedule', width: 20, cell: ({ id }) => id },
      { title: 'When', width: 14, cell: ({ spec }) => spec },
      { title: 'State', width: 6, cell: ({ paused }) => (paused ? 'paused' : 'active') },
      { title: 'Last Run', width: 19, cell: ({ lastRunAt }) => times.of(lastRunAt) },
      { title: 'Next Run', width: 19, cell: ({ paused, nextRunAt }) => (paused ? 'N/A' : times.of(nextRunAt)) },
    ];
    const more: Column<ScheduleRow>[] = [
      { title: 'Starts', cell: ({ starts }) => starts },
      { title: 'Runs', align: 'right', cell: ({ runs }) => String(runs) },
      { title: 'Note', cell: ({ note }) => oneLine(note ?? '') },
    ];
    out.table(wide ? [...columns, ...more] : columns, schedules);
  }
  return undefined;
}
