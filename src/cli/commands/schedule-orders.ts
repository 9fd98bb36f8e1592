import type { Command } from 'commander';
import { confirmed } from '../confirm';
import { EXIT } from '../exit-codes';
import { number } from '../numbers';
import { operatorName } from '../operator';
import { isoTime } from '../repair/filter';
import type { Runner } from '../runner';
import type { Session } from '../session';

interface PauseOptions {
  note?: string;
}

interface TriggerOptions {
  at?: string;
  overlap?: true;
}

interface BackfillOptions {
  from: string;
  to: string;
  spacing?: number;
}

/** What a person may order of a schedule. */
export function addScheduleOrders(schedules: Command, runner: Runner): void {
  const command = (name: string, summary: string) =>
    runner.common(schedules.command(name)).argument('<id>', 'the schedule').summary(summary);
  for (const name of ['pause', 'resume'] as const) {
    command(name, name === 'pause' ? 'stop its fires' : 'let it fire again; times during the pause are not made up for')
      .option('--note <text>', 'why')
      .action(
        runner.run<[string], PauseOptions>(`sending ${name} to the schedule`, (session, id, options) =>
          setPaused(session, name, id, options),
        ),
      );
  }
  command('trigger', 'run its task now')
    .option('--at <time>', 'the time that names the run: repeating it makes no second run', isoTime)
    .option('--overlap', 'also beside a run that is still open')
    .action(runner.run<[string], TriggerOptions>('triggering the schedule', trigger));
  command('backfill', 'make up for missed times, each once')
    .requiredOption('--from <time>', 'first fire time that counts, ISO 8601', isoTime)
    .requiredOption('--to <time>', 'last fire time that counts', isoTime)
    .option('--spacing <seconds>', 'between the beginnings of two runs; all at once by default', number(0, 86_400))
    .action(runner.run<[string], BackfillOptions>('making up for missed runs', backfill));
  command('delete', 'delete it; runs that have started continue')
    .option('--yes', 'ask nothing')
    .action(runner.run<[string], { yes?: true }>('deleting the schedule', remove));
}

async function setPaused(
  { out, tasks }: Session,
  order: 'pause' | 'resume',
  id: string,
  { note = `${order}d` }: PauseOptions,
): Promise<undefined> {
  const schedule = await tasks.schedules[order](id, `${note}, by ${operatorName()}`);
  if (out.asJson) out.json({ schedule });
  else out.line(`Schedule ${id} is ${schedule.paused ? 'paused' : 'active'}.`);
  return undefined;
}

async function trigger({ out, tasks }: Session, id: string, { at, overlap }: TriggerOptions): Promise<undefined> {
  const triggered = await tasks.schedules.trigger(id, {
    ...(at !== undefined && { at: new Date(at) }),
    ...(overlap && { overlap }),
  });
  if (!triggered.started) out.note('This time has its run already.');
  if (out.asJson) out.json(triggered);
  else out.line(triggered.taskId);
  return undefined;
}

async function backfill({ out, tasks }: Session, id: string, options: BackfillOptions): Promise<undefined> {
  const { from, to, spacing } = options;
  const report = await tasks.schedules.backfill(id, {
    from: new Date(from),
    to: new Date(to),
    ...(spacing !== undefined && { spacing }),
  });
  if (out.asJson) out.json(report);
  else {
    out.note(`${report.times} fire times: ${report.existing} had their task, ${report.taskIds.length} get one now.`);
    for (const taskId of report.taskIds) out.line(taskId);
  }
  return undefined;
}

async function remove(session: Session, id: string, { yes }: { yes?: true }): Promise<number | undefined> {
  await session.tasks.schedules.read(id);
  if (!(await confirmed(session, `Delete schedule ${id}?`, yes))) return EXIT.refused;
  await session.tasks.schedules.delete(id);
  if (session.out.asJson) session.out.json({ deleted: id });
  else session.out.line(`Schedule ${id} is deleted. Its runs go on.`);
  return undefined;
}
