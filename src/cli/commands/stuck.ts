import type { Command } from 'commander';
import { stuckSince, stuckTasks } from '../../client/list/stuck';
import type { TaskView } from '../../client/read/view';
import { inParallel } from '../../parallel';
import { headed } from '../head';
import { wholeNumber } from '../numbers';
import { operatorName } from '../operator';
import type { Runner } from '../runner';
import type { Session } from '../session';

interface StuckOptions {
  /** Seconds. */
  maxTime: number;
}

const DEFAULT_MAX_TIME = 3600;
const LONGEST = 10 * 365 * 86_400;
const RESETS_AT_ONCE = 20;
const MEANING =
  'The time counts from the start of the current attempt, or from the submission if none has started. Heartbeats and reads do not reset it.';

export function addStuck(program: Command, runner: Runner): void {
  const command = (name: string, summary: string, meaning: string) =>
    headed(runner.common(program.command(name)), {
      summary,
      description: `${meaning}\n${MEANING}`,
      examples: [`holdfast ${name} --max-time 1800`],
    }).option('--max-time <seconds>', 'longest time that counts as normal', wholeNumber(0, LONGEST), DEFAULT_MAX_TIME);
  command(
    'find-stuck',
    'find tasks that have not moved for too long',
    'Lists queued, running and retrying tasks.',
  ).action(runner.run<[], StuckOptions>('finding stuck tasks', find));
  command(
    'reset-stuck',
    'end the tasks that find-stuck lists as failed',
    'Ends each as timed out: by a command where a worker serves it, by force where none does.',
  ).action(runner.run<[], StuckOptions>('resetting stuck tasks', reset));
}

async function find(session: Session, { maxTime }: StuckOptions): Promise<undefined> {
  const { out, times, wide } = session;
  const stuck = await all(session, maxTime);
  if (out.asJson) out.json({ tasks: stuck.map((task) => ({ ...task, stuckSince: stuckSince(task) })) });
  else if (stuck.length === 0) out.line('No stuck tasks found');
  else {
    out.line(`Found ${stuck.length} stuck task(s):`);
    for (const task of stuck) {
      const more = wide ? ` ${task.state}, queue ${task.queue}` : '';
      out.line(`  ${task.id} (last updated: ${times.of(stuckSince(task))})${more}`);
      // Reading it and its life signs change nothing of that.
      if (task.lastHeartbeatAt) out.line(`      last life sign: ${times.of(task.lastHeartbeatAt)}`);
    }
    out.note('holdfast why ID names the cause; holdfast reset-stuck ends them as failed.');
  }
  return undefined;
}

async function reset(session: Session, { maxTime }: StuckOptions): Promise<undefined> {
  const { out, tasks } = session;
  const stuck = await all(session, maxTime);
  const done = await inParallel(stuck, RESETS_AT_ONCE, ({ id, runId }) =>
    tasks.timeOut({ id, runId }, maxTime, operatorName()),
  );
  const ids = stuck.filter((_, index) => done[index]).map(({ id }) => id);
  if (out.asJson) out.json({ reset: ids });
  else if (ids.length === 0) out.line('No stuck tasks were found to reset');
  else out.line(`Reset ${ids.length} stuck task(s)`);
  if (ids.length < stuck.length) out.note(`${stuck.length - ids.length} had moved on in the meantime.`);
  return undefined;
}

async function all({ tasks, signal }: Session, maxTime: number): Promise<TaskView[]> {
  const found: TaskView[] = [];
  for await (const task of stuckTasks((request) => tasks.list(request), maxTime)) {
    found.push(task);
    if (signal.aborted) break;
  }
  return found;
}
