import type { Command } from 'commander';
import { nightText } from '../../tasks/cron-nights';
import { wholeNumber } from '../numbers';
import type { Runner } from '../runner';
import type { Session } from '../session';

interface CheckOptions {
  days: number;
}

export function addScheduleCheck(schedules: Command, runner: Runner): void {
  runner
    .common(schedules.command('check'))
    .summary('look for overlaps, hot spots and the like in all schedules')
    .description('Looks at what all schedules will do, and at what their last runs took. It changes nothing.')
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
