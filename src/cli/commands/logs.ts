import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import { LogFollower } from '../../client/read/log-follower';
import { type LogLine, lastLines, lineAsText } from '../../client/read/log-lines';
import { isOpen } from '../../tasks/state';
import { headed } from '../head';
import { wholeNumber } from '../numbers';
import type { Runner } from '../runner';
import type { Session } from '../session';

interface LogsOptions {
  lines: number;
  follow?: true;
}

/** Workers write twice a second. */
const LOOK_EVERY_MS = 500;

export function addLogs(program: Command, runner: Runner): void {
  headed(runner.common(program.command('logs')), {
    summary: "print a task's log, or follow it",
    description: 'Prints what the handler logged, in all attempts. With --json, one JSON document a line.',
    examples: ['holdfast logs image.convert:01jb… --follow'],
  })
    .argument('<id>', 'the task')
    .option('--lines <n>', 'number of lines, from the end', wholeNumber(0, 10_000), 100)
    .option('--follow', 'continue until the task has ended')
    .action(runner.run<[string], LogsOptions>('reading the log', logs));
}

async function logs(session: Session, given: string, { lines, follow }: LogsOptions): Promise<undefined> {
  const { artifacts, tasks, signal } = session;
  const task = await session.find(given);
  const { id } = task;
  let { state } = task;
  if (!follow) {
    print(session, await lastLines(artifacts, id, await artifacts.listLog(id), lines));
    return undefined;
  }
  const follower = await LogFollower.withLast(artifacts, id, lines);
  for (;;) {
    // Looked at before the lines are: those that came with the end are printed too.
    const ended = !isOpen(state);
    for await (const news of follower.news()) print(session, news);
    if (ended || signal.aborted) break;
    await sleep(LOOK_EVERY_MS, undefined, { signal }).catch(() => undefined);
    ({ state } = await tasks.read(id));
  }
  session.out.note(`${id} is ${state}.`);
  return undefined;
}

function print({ out }: Session, lines: readonly LogLine[]): void {
  for (const line of lines) out.asJson ? out.jsonLine(line) : out.line(lineAsText(line).trimEnd());
}
