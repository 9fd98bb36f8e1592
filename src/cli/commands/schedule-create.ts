import type { Command } from 'commander';
import { Option } from 'commander';
import { nightText } from '../../tasks/cron-nights';
import { OVERLAPS, type Overlap } from '../../tasks/schedule-definition';
import { readJson } from '../input';
import { wholeNumber } from '../numbers';
import type { Runner } from '../runner';
import type { Session } from '../session';

interface CreateOptions {
  input: string;
  cron?: string;
  every?: number;
  offset?: number;
  timeZone?: string;
  overlap?: Overlap;
  catchUpWindow?: number;
  jitter?: number;
  tenant?: string;
  priority?: number;
  tag: string[];
  paused?: true;
}

const YEAR = 365 * 86_400;
const seconds = wholeNumber(1, YEAR);

export function addScheduleCreate(schedules: Command, runner: Runner): void {
  runner
    .common(schedules.command('create'))
    .argument('<id>', 'its name; part of the name of every run')
    .argument('<type>', 'the task type')
    .summary('create a schedule; creating it again as it is changes nothing')
    .option('--input <file>', 'the input: a JSON file, - for standard input, or JSON', '{}')
    .option('--cron <expression>', 'five fields, or a macro such as @daily')
    .option('--every <seconds>', 'a true interval, instead', seconds)
    .option('--offset <seconds>', 'shift of the interval', seconds)
    .option('--time-zone <name>', 'of the cron expression; UTC by default')
    .addOption(new Option('--overlap <policy>', 'when a run is still open; skip by default').choices(OVERLAPS))
    .option('--catch-up-window <seconds>', 'for how long a missed fire is made up for', seconds)
    .option('--jitter <seconds>', 'start up to so much later, at random', seconds)
    .option('--tenant <name>', 'whose tasks they are')
    .option('--priority <n>', '1 (first) to 5 (last)', wholeNumber(1, 5))
    .option('--tag <tag>', 'may be given several times', (tag: string, tags: string[]) => [...tags, tag], [])
    .option('--paused', 'create it paused')
    .action(runner.run<[string, string], CreateOptions>('creating the schedule', create));
}

async function create(
  { out, tasks, times }: Session,
  id: string,
  type: string,
  options: CreateOptions,
): Promise<undefined> {
  const { input, tag, ...rest } = options;
  const { cron, every, offset, timeZone, overlap, catchUpWindow, jitter, tenant, priority, paused } = rest;
  const given = { cron, every, offset, timeZone, overlap, catchUpWindow, jitter, tenant, priority, paused };
  const { schedule, duplicate } = await tasks.schedules.create({
    id,
    type,
    input: await readJson(input, '--input'),
    ...(tag.length > 0 && { tags: tag }),
    ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
  });
  if (out.asJson) out.json({ schedule, duplicate });
  else if (duplicate) out.line(`Schedule ${id} is there already, just so.`);
  else
    out.line(`Schedule ${id} is created. ${paused ? 'It is paused' : `Next run: ${times.of(schedule.nextRuns[0])}`}.`);
  if (!out.asJson) for (const night of schedule.clockChanges ?? []) out.note(`${times.inText(nightText(night))}.`);
  return undefined;
}
