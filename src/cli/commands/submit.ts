import type { Command } from 'commander';
import type { TaskView } from '../../client/read/view';
import { headed } from '../head';
import { readJson } from '../input';
import { wholeNumber } from '../numbers';
import { isoTime } from '../repair/filter';
import type { Runner } from '../runner';
import type { Session } from '../session';
import { showEnd, waitForEnd } from '../waiting';

interface SubmitOptions {
  input: string;
  key?: string;
  tenant?: string;
  priority?: number;
  tag: string[];
  at?: string;
  wait?: true;
}

export function addSubmit(program: Command, runner: Runner): void {
  headed(runner.common(program.command('submit')), {
    summary: 'submit a task',
    description: 'Submits a task and prints its ID. With a key, an equal submission returns the existing task.',
    examples: [
      'holdfast submit command.run --input \'{"command":"backup"}\' --key backup-2026-11-24 --wait',
      'jq .order order.json | holdfast submit image.convert --input -',
    ],
  })
    .argument('<type>', 'the task type')
    .requiredOption('--input <file>', 'the input: a JSON file, - for standard input, or JSON')
    .option('--key <key>', 'idempotency key')
    .option('--tenant <name>', 'whose task it is')
    .option('--priority <n>', '1 (first) to 5 (last)', wholeNumber(1, 5))
    .option('--tag <tag>', 'may be given several times', (tag: string, tags: string[]) => [...tags, tag], [])
    .option('--at <time>', 'not before this time, ISO 8601', isoTime)
    .option('--wait', 'wait for its end and print its result')
    .action(runner.run<[string], SubmitOptions>('submitting the task', submit));
}

async function submit(session: Session, type: string, options: SubmitOptions): Promise<number | undefined> {
  const { out, tasks } = session;
  const { key, tenant, priority, tag, at, wait } = options;
  const { task, duplicate } = await tasks.submit({
    type,
    input: await readJson(options.input, '--input'),
    ...(key !== undefined && { key }),
    ...(tenant !== undefined && { tenant }),
    ...(priority !== undefined && { priority }),
    ...(tag.length > 0 && { tags: tag }),
    ...(at !== undefined && { runAt: new Date(at) }),
  });
  if (duplicate) out.note(`This key has its task already: ${task.id} is ${task.state}.`);
  if (wait) return ended(session, await waitForEnd(session, task.id));
  if (out.asJson) out.json({ task, duplicate });
  else out.line(task.id);
  return undefined;
}

function ended(session: Session, task: TaskView): number {
  if (!session.out.asJson) session.out.note(task.id);
  return showEnd(session, task);
}
