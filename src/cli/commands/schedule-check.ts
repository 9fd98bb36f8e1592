import type { Command } from 'commander';
import { nightText } from '../../tasks/cron-nights';
import { headed } from '../head';
import { wholeNumber } from '../numbers';
import type { Runner } from '../runner';
import type { Session } from '../session';

interface CheckOptions {
  days: number;
}

export function addScheduleCheck(schedules: Command, runner: Runner): void {
  headed(runner.common(schedules.command('check')), {
    summary: 'find overlaps, hot spots and the like in all schedules',
    description: 'Examines what all schedules will do and how long their last runs took. Changes nothing.',
  })
    .option('--days <n>', 'days ahead to look at', wholeNumber(1, 31), 1)
    .action(runner.run<[], CheckOptions>('checking the schedules', check));
}

async function check({ out, tasks, times }: Session, { days }: CheckOptions): Promise<undefined> {
  const report = await tasks.schedules.check(days);
  if (out.asJson) {
    out.json(report);
    return undefined;
  }
  for (const { kind, message, todo } of report.findings) {
    out.line(`${kind}: ${message}`);
    out.line(`  ${todo}`);
  }
  for (const night of report.clockChanges) out.line(`${night.schedule}: ${times.inText(nightText(night))}.`);
  const found = report.findings.length === 0 ? 'nothing to mend' : `${report.findings.length} findings`;
  out.line(`${report.schedules} schedules, looked at until ${times.of(report.until)}: ${found}.`);
  return undefined;
}
