import type { Command } from 'commander';
import { rehearse } from '../../activities/rehearse/rehearse';
import type { Rehearsal } from '../../activities/rehearse/report';
import { lineAsText } from '../../client/read/log-lines';
import { EXIT } from '../exit-codes';
import { headed } from '../head';
import { readJson } from '../input';
import { type Runner, UsageError } from '../runner';
import type { Session } from '../session';

interface RehearseOptions {
  input?: string;
}

export function addRehearse(program: Command, runner: Runner): void {
  headed(runner.common(program.command('rehearse <id>')), {
    summary: 'run a failed task here, up to its first outside effect',
    description:
      "Runs a task's handler on this machine with the task's real input and the code at hand. It ends before the first outside effect, discards what it wrote, and does not change the task. Exit code 0: it would succeed, or reached the effect; 1: it fails.",
    examples: [
      'holdfast rehearse image.convert:01kb…',
      'holdfast rehearse image.convert:01kb… --input corrected.json && holdfast retry image.convert:01kb… --input corrected.json',
    ],
  })
    .option('--input <file>', 'a corrected input: a JSON file, - for standard input, or JSON')
    .action(
      runner.run<[string], RehearseOptions>('rehearsing the task', (session, id, options) =>
        rehearseTask(session, id, options),
      ),
    );
}

async function rehearseTask(session: Session, id: string, { input: file }: RehearseOptions): Promise<number> {
  const { out, app, artifacts, signal } = session;
  const corrected = file === undefined ? {} : { input: await readJson(file, '--input') };
  const task = await session.tasks.input((await session.find(id)).id);
  const contract = app.contracts.find(({ type }) => type === task.type);
  const elsewhere = app.notHere(task.type);
  if (elsewhere) throw new UsageError(elsewhere);
  const { handlers, close } = await app.open({ elsewhere: true });
  try {
    const handler = handlers[task.type];
    if (!contract || !handler) throw new UsageError(`The code at hand has no task type ${task.type}.`);
    const onLine = (line: Rehearsal['log'][number]) => {
      if (!out.asJson) out.line(lineAsText({ id: '', ...line }).trimEnd());
    };
    const rehearsal = await rehearse(task, { contract, handler, artifacts, ...corrected, onLine, signal });
    if (signal.aborted) return EXIT.interrupted;
    if (out.asJson) out.json(rehearsal);
    else show(session, rehearsal);
    return rehearsal.outcome === 'failed' ? EXIT.refused : EXIT.ok;
  } finally {
    await close();
  }
}

function show({ out }: Session, { outcome, output, failure, before, seconds, progress, stage }: Rehearsal): void {
  const took = `after ${seconds.toFixed(1)} s, at ${progress}%${stage === undefined ? '' : ` (${stage})`}`;
  if (outcome === 'succeeded') {
    out.line(`Would succeed: it came to its end ${took}. Its result, whose files were thrown away:`);
    out.json(output);
  } else if (outcome === 'stopped-before-effect') {
    out.line(
      `Reached its first outside effect ${took}: ${before}. It was not made, and what lies behind it not tried.`,
    );
  } else if (failure) {
    out.line(`Would fail: it ended ${took}.`);
    out.line(`  ${failure.code} (${failure.class}): ${failure.message}`);
    out.line(`  ${failure.action}: ${failure.advice}`);
  }
}
