import type { Command } from 'commander';
import type { ScheduledRun } from '../../client/schedules/schedule-view';
import { nightText } from '../../tasks/cron-nights';
import type { Column } from '../output/table';
import { durationText } from '../output/times';
import type { Runner } from '../runner';
import type { Session } from '../session';

export function addScheduleShow(schedules: Command, runner: Runner): void {
  runner
    .common(schedules.command('show'))
    .argument('<id>', 'the schedule')
    .summary('what it is, its next and last runs')
    .action(runner.run<[string], object>('reading the schedule', show));
}

async function show({ out, tasks, times }: Session, id: string): Promise<undefined> {
  const schedule = await tasks.schedules.read(id);
  if (out.asJson) {
    out.json({ schedule });
    return undefined;
  }
  const { type, cron, timeZone, every, offset, overlap, catchUpWindow, jitter, paused, note, nextRuns } = schedule;
  const shift = offset ? `, ${durationText(offset)} later` : '';
  out.line(`Schedule: ${id}`);
  out.line(`Starts: ${type}`);
  out.line(`When: ${cron === undefined ? `every ${durationText(every ?? 0)}${shift}` : `${cron} (${timeZone})`}`);
  out.line(`Overlap: ${overlap}`);
  out.line(`Catch-up window: ${durationText(catchUpWindow)}`);
  if (jitter) out.line(`Jitter: ${durationText(jitter)}`);
  out.line(`State: ${paused ? 'paused' : 'active'}${note ? ` (${note})` : ''}`);
  out.line(`Next run: ${paused ? 'N/A' : times.of(nextRuns[0])}`);
  for (const night of schedule.clockChanges ?? []) out.line(`Clock change: ${times.inText(nightText(night))}`);
  const { started, missedCatchUp, skippedOverlap, waiting } = schedule.counts;
  out.line(`Runs: ${started} started, ${waiting} waiting, ${skippedOverlap} skipped, ${missedCatchUp} missed`);
  const columns: Column<ScheduledRun>[] = [
    { title: 'Task ID', cell: ({ taskId }) => taskId },
    { title: 'Status', width: 10, cell: ({ state = 'gone' }) => state },
    { title: 'Started', width: 19, cell: ({ startedAt }) => times.of(startedAt) },
    { title: 'Ended', width: 19, cell: ({ endedAt }) => times.of(endedAt) },
  ];
  if (schedule.lastRuns.length > 0) out.table(columns, schedule.lastRuns);
  return undefined;
}
