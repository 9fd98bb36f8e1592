import type { Command } from 'commander';
import { Gateway } from '../../client/temporal/gateway';
import { createLogger } from '../../logging';
import type { ReplayReport } from '../../worker/replay-check/check';
import { EXIT } from '../exit-codes';
import { headed } from '../head';
import { wholeNumber } from '../numbers';
import type { Runner } from '../runner';
import type { Session } from '../session';

interface ReplayCheckOptions {
  bundle?: string;
  type?: string;
  limit?: number;
  sample?: number;
}

/** Longest call to Temporal, in seconds: one slow answer among thousands must not end the check. */
const LONGEST_CALL = 30;
/** Between two words on how far it is. */
const SHOWN_EVERY_MS = 200;

export function addReplayCheck(program: Command, runner: Runner): void {
  headed(runner.common(program.command('replay-check')), {
    summary: 'before a deploy: which open tasks would break with the new code?',
    description:
      "Replays the histories of open workflows against this build's workflow code, and lists those that could not continue with it. Changes nothing. Exit code 0: none would break; 1: some would.",
    examples: ['holdfast replay-check', 'holdfast replay-check --bundle ../next/dist/workflow-bundle.js --sample 50'],
  })
    .option('--bundle <file>', "the workflow code of another build: its workflow-bundle.js. Defaults to this build's")
    .option('--type <type>', 'only workflows of this type')
    .option('--limit <n>', 'the largest number, newest first. Defaults to all', wholeNumber(1, 10_000_000))
    .option('--sample <n>', 'number of each type, from the newest to old ones. Defaults to all', wholeNumber(1, 10_000))
    .action(
      runner.run<[], ReplayCheckOptions>('checking replays', (session, options) => replayCheck(session, options)),
    );
}

async function replayCheck(session: Session, { bundle, ...choice }: ReplayCheckOptions): Promise<number> {
  const { out, config, app, signal } = session;
  const { client } = session.temporal;
  // Whether Temporal is there at all is found sooner.
  await new Gateway(client, config.HOLDFAST_TEMPORAL_DEADLINE).call(() => client.workflowService.getSystemInfo({}));
  const [{ checkReplays }, { installRuntime }, { Runtime }] = await loadWorker();
  // What would break is listed; the SDK's own words on it would stand between.
  installRuntime(createLogger('silent', 'cli'));
  const { type, limit, sample } = choice;
  try {
    const report = await checkReplays({
      gateway: new Gateway(client, LONGEST_CALL),
      queues: app.queues,
      keys: app.keys,
      onProgress: progressLine(),
      signal,
      ...(bundle !== undefined && { bundlePath: bundle }),
      ...(type !== undefined && { type }),
      ...(limit !== undefined && { limit }),
      ...(sample !== undefined && { sample }),
    });
    if (out.asJson) out.json(report);
    else show(session, report);
    return report.broken.length > 0 ? EXIT.refused : EXIT.ok;
  } finally {
    await Runtime.instance().shutdown();
  }
}

/** The SDK's native part takes its time to load, and no other command needs it. */
function loadWorker() {
  return Promise.all([
    import('../../worker/replay-check/check'),
    import('../../worker/runtime'),
    import('@temporalio/worker'),
  ]);
}

/** One line on the terminal that tells how far it is, and is wiped out at the end. */
function progressLine() {
  const { stderr } = process;
  let shownAt = 0;
  return ({ checked, broken }: { checked: number; broken: number }) => {
    if (!stderr.isTTY || Date.now() - shownAt < SHOWN_EVERY_MS) return;
    shownAt = Date.now();
    stderr.write(`\r${checked} replayed, ${broken} would break\u001b[K\r`);
  };
}

function show({ out, signal }: Session, { bundle, checked, skipped, broken }: ReplayReport): void {
  if (broken.length > 0) {
    const columns = [
      { title: 'Task ID', width: 36, cell: ({ id }: (typeof broken)[number]) => id },
      { title: 'Run ID', width: 36, cell: ({ runId }: (typeof broken)[number]) => runId },
      { title: 'Why', cell: ({ error }: (typeof broken)[number]) => error },
    ];
    out.table(columns, broken);
    out.line();
  }
  if (signal.aborted) out.note('Interrupted: not all were replayed.');
  out.line(`Replayed ${checked} open workflows against ${bundle}: ${broken.length || 'none'} would break.`);
  if (skipped > 0) out.line(`${skipped} ended before they were read.`);
  if (broken.length > 0) out.line('Do not deploy it as it is: docs/operations/replay-check.md says what to do.');
}
