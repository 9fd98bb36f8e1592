import { setTimeout as sleep } from 'node:timers/promises';
import { type Command, Option } from 'commander';
import type { OperatorAction } from '../../client/operators/operators';
import type { TaskView } from '../../client/read/view';
import type { OperatorMessage } from '../../protocol/task';
import { headed } from '../head';
import { readJson } from '../input';
import { operatorName } from '../operator';
import { verifiedResult } from '../repair/verified-result';
import { type Runner, UsageError } from '../runner';
import type { Session } from '../session';

type Status = 'queued' | 'processing' | 'completed' | 'failed';

interface UpdateOptions {
  status: Status;
  progress?: string;
  error?: string;
  result?: string;
  unchecked?: true;
}

const STATUSES: Status[] = ['queued', 'processing', 'completed', 'failed'];
/** A message takes effect as soon as a worker hears of it; longer than this, and there is probably none. */
const EFFECT_MS = 15_000;
const LOOK_EVERY_MS = 200;

export function addUpdate(program: Command, runner: Runner): void {
  headed(runner.common(program.command('update')), {
    summary: 'correct a task by hand: completed, failed, or queued again',
    description:
      'Corrects a task by hand. completed and failed end it as resolve and fail do; queued runs it again as retry does.\nprocessing and a progress cannot be set: Holdfast derives states and progress from the work.',
    examples: [
      'holdfast update image.convert:01jb… --status failed --error "wrong picture"',
      'holdfast update command.run:5f2c… --status queued',
    ],
  })
    .argument('<id>', 'the task')
    .addOption(new Option('--status <status>', 'the new status').choices(STATUSES).makeOptionMandatory())
    .option('--progress <n>', 'always refused: progress comes from the handler')
    .option('--error <text>', 'with failed: why')
    .option(
      '--result <file>',
      'with completed: the result: a JSON file, - for standard input, or JSON; without it, the outside world is asked',
    )
    .option(
      '--unchecked',
      'with completed and --result: take it as it is; the timeline records that it was not checked',
    )
    .action(runner.run<[string], UpdateOptions>('updating task', update));
}

async function update(session: Session, given: string, options: UpdateOptions): Promise<undefined> {
  const { out, tasks } = session;
  const { id, runId } = await session.find(given);
  const { action, message } = await orderOf(session, id, options);
  if (!(await tasks.actOn({ id, runId }, action, message))) {
    throw new UsageError(`Task ${id} has just moved on; look at it again with holdfast info ${id}.`);
  }
  const task = await untilItShows(session, id, runId, options.status);
  if (out.asJson) {
    out.json({ task, effective: shows(task, runId, options.status) });
  } else if (shows(task, runId, options.status)) {
    out.line(`Task ${id} updated successfully:`);
    out.line(`  Status: ${task.state}`);
    out.line(`  Progress: ${task.progress}%`);
    if (options.error !== undefined) out.line(`  Error: ${options.error}`);
  } else {
    out.line(`Sent ${action} to task ${id}; it takes effect once a worker of queue ${task.queue} runs.`);
  }
  return undefined;
}

async function orderOf(
  session: Session,
  id: string,
  { status, progress, error, result, unchecked }: UpdateOptions,
): Promise<{ action: OperatorAction; message: OperatorMessage }> {
  const by = operatorName();
  if (unchecked && (status !== 'completed' || result === undefined)) {
    throw new UsageError('--unchecked goes with --status completed and a --result: it says what the result is.');
  }
  if (progress !== undefined) {
    throw new UsageError('A progress cannot be set: it is what the handler says, and 100 once there is a result.');
  }
  if (status === 'processing') {
    throw new UsageError(
      'A task cannot be made processing: it is so while a worker runs it. --status queued runs it again.',
    );
  }
  if (status === 'queued') return { action: 'retry', message: { by } };
  if (status === 'failed') return { action: 'fail', message: { by, reason: error ?? 'Failed by an operator' } };
  const given = result === undefined ? await verifiedResult(session, id) : await readJson(result, '--result');
  return { action: 'resolve', message: { by, result: given, ...(unchecked && { unchecked }) } };
}

async function untilItShows({ tasks, signal }: Session, id: string, runId: string, status: Status): Promise<TaskView> {
  const until = Date.now() + EFFECT_MS;
  for (;;) {
    const task = await tasks.read(id);
    if (shows(task, runId, status) || Date.now() > until || signal.aborted) return task;
    await sleep(LOOK_EVERY_MS, undefined, { signal }).catch(() => undefined);
  }
}

/** Run again is what has left its parking, or has another run. */
function shows(task: TaskView, runId: string, status: Status): boolean {
  if (status !== 'queued') return task.state === status;
  return task.runId !== runId || (task.state !== 'dead-lettered' && task.state !== 'retrying');
}
