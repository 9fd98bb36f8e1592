import type { Command } from 'commander';
import type { TimelineEntry } from '../../client/read/timeline-entry';
import type { TaskView } from '../../client/read/view';
import { headed } from '../head';
import type { Runner } from '../runner';
import type { Session } from '../session';
import { inputFiles, outputFiles } from '../task-files';
import { lastUpdate } from '../task-times';

interface InfoOptions {
  input?: true;
}

export function addInfo(program: Command, runner: Runner): void {
  headed(runner.common(program.command('info')), {
    summary: 'show a task: state, why, progress, timeline, files',
    description: 'Shows everything that is known about a task. Needs no worker.',
    examples: ['holdfast info image.convert:01jb… --utc', 'holdfast info image.convert:01jb… --input'],
  })
    .argument('<id>', 'the task')
    .option('--input', 'only the input of its last attempt, with secrets redacted, as JSON')
    .action(runner.run<[string], InfoOptions>('reading the task', info));
}

async function info(session: Session, given: string, { input }: InfoOptions): Promise<undefined> {
  const { out, tasks } = session;
  const task = await session.find(given);
  const { id } = task;
  if (input) return showInput(session, id);
  const timeline = await tasks.timeline(id);
  const files = [...(await inputFiles(session, id)), ...outputFiles(task.result ?? task.failure)];
  if (out.asJson) {
    out.json({ task, timeline, files });
    return undefined;
  }
  showHead(session, task);
  out.line();
  out.line('Files:');
  for (const { category, name, bytes } of files) out.line(`  ${category}/${name} (${(bytes / 1024).toFixed(1)} KB)`);
  out.line();
  showWhy(session, task);
  out.line();
  out.line('Timeline:');
  for (const entry of timeline) out.line(`  ${session.times.of(entry.at)} ${lineOf(entry)}`);
  return undefined;
}

async function showInput({ out, tasks }: Session, id: string): Promise<undefined> {
  out.json(await tasks.shownInput(id));
  return undefined;
}

function showHead({ out, times }: Session, task: TaskView): void {
  out.line(`Task ID: ${task.id}`);
  out.line(`Status: ${task.state}`);
  out.line(`Progress: ${task.progress}%`);
  out.line(`Created: ${times.of(task.createdAt)}`);
  out.line(`Last Updated: ${times.of(lastUpdate(task))}`);
  const { failure } = task;
  if (failure) out.line(`Error: ${failure.code}: ${failure.message}`);
}

function showWhy({ out, times }: Session, task: TaskView): void {
  const { why, parking } = task;
  const facts: [name: string, value: string | number | undefined][] = [
    ['Type', task.type],
    ['Description', task.description],
    ['Run ID', task.runId],
    ['Key', task.key],
    ['Queue', task.queue],
    ['Attempts', task.attempts],
    ['Stage', task.stage],
    ['Worker', task.worker],
    ['Next redrive', parking?.nextRedriveAt && times.of(parking.nextRedriveAt)],
    ['Why', why?.message],
    ['Since', why?.since && times.of(why.since)],
    ['To do', why?.todo],
  ];
  for (const [name, value] of facts) if (value !== undefined) out.line(`${name}: ${value}`);
}

function lineOf({ text, by, reason, worker }: TimelineEntry): string {
  const who = by === undefined ? '' : ` (by ${by})`;
  const where = worker === undefined || text.includes(worker) ? '' : ` (on ${worker})`;
  return `${text}${where}${who}${reason === undefined ? '' : `: ${reason}`}`;
}
