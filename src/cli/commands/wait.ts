import type { Command } from 'commander';
import { headed } from '../head';
import { number } from '../numbers';
import type { Runner } from '../runner';
import { showEnd, waitForEnd } from '../waiting';

const LONGEST = 30 * 86_400;

export function addWait(program: Command, runner: Runner): void {
  headed(runner.common(program.command('wait')), {
    summary: "wait for a task's end and print its result",
    description:
      'Waits for the end of a task. Exit code 0: completed; 4: failed or cancelled; 5: the time-out has passed.',
    examples: ['holdfast wait command.run:5f2c… --timeout 600 && echo done'],
  })
    .argument('<id>', 'the task')
    .option('--timeout <seconds>', 'longest wait; without it, there is no limit', number(0, LONGEST))
    .action(
      runner.run<[string], { timeout?: number }>('waiting for the task', async (session, id, { timeout }) =>
        showEnd(session, await waitForEnd(session, (await session.find(id)).id, timeout)),
      ),
    );
}
