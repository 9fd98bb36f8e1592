import type { Command } from 'commander';
import { locationText } from '../../artifacts/location';
import { type Moved, moveArtifacts } from '../../artifacts/move';
import { openArtifactStore } from '../../artifacts/open';
import { artifactsLocation } from '../../config';
import { EXIT } from '../exit-codes';
import { headed } from '../head';
import { type Runner, UsageError } from '../runner';
import type { Session } from '../session';

const REPORT_MS = 5000;

export function addArtifacts(program: Command, runner: Runner): void {
  const group = headed(program.command('artifacts'), {
    summary: 'the artifact store',
    description: 'Looks after the artifact store.',
    examples: ['holdfast artifacts move --to s3://team-files/holdfast'],
  });
  headed(runner.common(group.command('move')), {
    summary: 'copy the artifact store to another folder or bucket',
    description:
      'Copies everything of the artifact store to another place and proves each copy; the old store stays as it is. With encryption keys, everything is encrypted anew with the first of them. Run it again after an interruption: it goes on where it was. Copy files ahead with --files-only while everything runs; then stop API, workers and monitor, run it without, and start them with HOLDFAST_ARTIFACTS as the new place. Exit code 1: something is damaged or different.',
    examples: ['holdfast artifacts move --to s3://team-files/holdfast'],
  })
    .requiredOption(
      '--to <place>',
      'a folder, or s3://bucket/prefix (HOLDFAST_S3_ENDPOINT and HOLDFAST_S3_REGION say where)',
    )
    .option('--from <place>', 'Defaults to HOLDFAST_ARTIFACTS')
    .option('--files-only', 'files only, which may be copied while everything runs')
    .action(runner.run<[], MoveFlags>('moving artifacts', move));
}

interface MoveFlags {
  to: string;
  from?: string;
  filesOnly?: true;
}

async function move(session: Session, { to: target, from: origin, filesOnly }: MoveFlags): Promise<number | undefined> {
  const { config, out, signal } = session;
  const { keys } = session.app;
  const from = origin === undefined ? config.artifacts : artifactsLocation(config, origin, process.env.AWS_REGION);
  const to = artifactsLocation(config, target, process.env.AWS_REGION);
  const [fromText, toText] = [locationText(from), locationText(to)];
  if (fromText === toText) throw new UsageError(`Both places are ${toText}.`);
  const store = openArtifactStore({ artifacts: to }, keys);
  const fault = await store.fault();
  if (fault !== undefined) throw new UsageError(fault);
  let reportedAt = Date.now();
  const onStep = (moved: Moved) => {
    if (out.asJson || Date.now() - reportedAt < REPORT_MS) return;
    reportedAt = Date.now();
    out.note(`${total(moved.copied)} copied, ${total(moved.already)} there already …`);
  };
  const moved = await moveArtifacts(openArtifactStore({ artifacts: from }, keys), store, {
    filesOnly: filesOnly === true,
    onStep,
    signal,
  }).catch((error: unknown) => {
    if (signal.aborted) return undefined;
    throw error;
  });
  if (!moved) {
    out.note('Interrupted. Type the same again to go on.');
    return EXIT.interrupted;
  }
  const whole = moved.damaged.length + moved.different.length === 0;
  if (out.asJson) out.json({ from: fromText, to: toText, whole, ...moved });
  else for (const line of linesOf(moved, fromText, toText)) out.line(line);
  return whole ? EXIT.ok : EXIT.refused;
}

function linesOf({ copied, already, bytes, damaged, different, gone }: Moved, from: string, to: string): string[] {
  const text = ({ files, texts, journals }: Moved['copied']) =>
    `${files} files, ${texts} records, log parts and entries, ${journals} journals`;
  return [
    `Copied from ${from} to ${to}: ${text(copied)}; ${bytes} bytes of files.`,
    `There already: ${text(already)}.`,
    ...(gone > 0 ? [`Went away meanwhile: ${gone}.`] : []),
    ...damaged.map((key) => `Damaged in ${from}, not copied: ${key}`),
    ...different.map((key) => `Different in ${to}, left as it is: ${key}`),
  ];
}

function total({ files, texts, journals }: Moved['copied']): number {
  return files + texts + journals;
}
