import type { Command } from 'commander';
import { Printer } from '../check/printer';
import { Progress } from '../check/progress';
import { type Repair, repair } from '../check/repair';
import { tailLines } from '../check/report';
import { verifyWith } from '../check/verify';
import { EXIT } from '../exit-codes';
import { headed } from '../head';
import { number, wholeNumber } from '../numbers';
import { type Runner, UsageError } from '../runner';
import type { Session } from '../session';

interface CheckOptions {
  hours?: number;
  limit: number;
  checkExecution?: true;
  repair?: true;
  yes?: true;
  logFile?: string;
}

/** A hundred years. */
const MOST_HOURS = 876_600;

export function addCheck(program: Command, runner: Runner): void {
  headed(runner.common(program.command('check')), {
    summary: 'find the tasks that are stuck, why, and what to do',
    description:
      'Groups tasks that have been open for too long by type and cause. Changes nothing without --repair. ' +
      'Exit code 0, whatever it finds; 1 when something could not be repaired.',
    examples: [
      'holdfast check',
      'holdfast check --hours=24 --check-execution --limit=10 --log-file=logs/check.log',
      'holdfast check --check-execution --repair --limit 100',
    ],
  })
    .option(
      '--hours <n>',
      'count tasks that were submitted longer ago, instead of those that are open beyond their normal time or parked',
      number(0, MOST_HOURS),
    )
    .option('--limit <n>', 'samples for each task type', wholeNumber(0, 100), 5)
    .option('--check-execution', 'ask history, workers and the outside world whether each sample was executed')
    .option('--repair', 'record the results of the samples that were executed, after asking')
    .option('--yes', 'repair without asking')
    .option('--log-file <path>', 'also write the output to this file; missing folders are created')
    .action(runner.run<[], CheckOptions>('checking tasks', (session, options) => check(session, options)));
}

async function check(session: Session, options: CheckOptions): Promise<number> {
  const { hours, limit, logFile, yes = false } = options;
  if (options.repair && !yes && !process.stdin.isTTY) {
    throw new UsageError('Nobody can be asked here: add --yes to --repair, or leave it out to look only.');
  }
  const checkExecution = options.checkExecution === true || options.repair === true;
  const printer = Printer.open(session.out, logFile);
  const progress = new Progress(session, printer, hours ?? null);
  const handlers = checkExecution ? await session.app.open({ elsewhere: true }) : undefined;
  try {
    const diagnosis = await session.tasks.diagnose({
      ...(hours !== undefined && { hours }),
      limit,
      checkExecution,
      ...(handlers && { verify: verifyWith(handlers, session) }),
      onProgress: (step) => progress.follow(step),
    });
    if (!session.out.asJson) for (const line of tailLines(diagnosis)) printer.line(line);
    const repairs: Repair[] = options.repair ? await repair(session, printer, diagnosis, yes) : [];
    if (session.out.asJson) printer.json({ ...diagnosis, ...(options.repair && { repairs }) });
    const done = repairs.every(({ outcome }) => outcome === 'recorded' || outcome === 'kept');
    return done ? EXIT.ok : EXIT.refused;
  } finally {
    progress.stop();
    await handlers?.close();
    printer.end();
  }
}
