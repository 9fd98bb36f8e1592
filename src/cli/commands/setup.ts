import type { Command } from 'commander';
import { Gateway } from '../../client/temporal/gateway';
import { checkNamespace, DAY, type SetupDone, setUpNamespace } from '../../client/temporal/setup';
import { gapsText } from '../../client/temporal/setup-gaps';
import { EXIT } from '../exit-codes';
import { headed } from '../head';
import type { Runner } from '../runner';
import type { Session } from '../session';

/** A namespace that was just made is known to every part of the server within half a minute. */
const LONGEST_SECONDS = 45;

export function addSetup(program: Command, runner: Runner): void {
  headed(runner.common(program.command('setup')), {
    summary: 'make the Temporal namespace ready',
    description:
      'Creates the namespace if it does not exist, registers its search attributes, and raises its retention to HOLDFAST_RETENTION_DAYS. API, workers and monitor do so at their start, too; repeating it is harmless.',
    examples: ['HOLDFAST_RETENTION_DAYS=60 holdfast setup', 'holdfast setup --check'],
  })
    .option(
      '--check',
      'change nothing; name what is missing and the commands that create it. Exit code 1: something required is missing',
    )
    .action(runner.run<[], SetupFlags>('setting up', (session, { check }) => (check ? look(session) : setUp(session))));
}

interface SetupFlags {
  check?: true;
}

async function look({ out, config, temporal: { client, connection, namespace } }: Session): Promise<number> {
  const { HOLDFAST_RETENTION_DAYS: retentionDays, HOLDFAST_TEMPORAL_DEADLINE: deadline, categories } = config;
  const gateway = new Gateway(client, deadline);
  const gaps = await gateway.call(
    () => checkNamespace(connection, { namespace, retentionDays, categories }),
    LONGEST_SECONDS,
  );
  const ready = gaps.every(({ needed }) => !needed);
  if (out.asJson) out.json({ namespace, ready, gaps });
  else if (gaps.length > 0) out.line(gapsText(gaps));
  else out.line(`The namespace ${namespace} is set up.`);
  return ready ? EXIT.ok : EXIT.refused;
}

async function setUp({ out, config, temporal: { client, connection, namespace } }: Session): Promise<undefined> {
  const { HOLDFAST_RETENTION_DAYS: retentionDays, HOLDFAST_TEMPORAL_DEADLINE: deadline, categories } = config;
  const gateway = new Gateway(client, deadline);
  // Whether Temporal is there at all is found sooner than a new namespace is ready.
  await gateway.call(() => gateway.service.getSystemInfo({}));
  const done = await gateway.call(
    () => setUpNamespace(connection, { namespace, retentionDays, categories }),
    LONGEST_SECONDS,
  );
  if (out.asJson) out.json({ namespace, retentionDays, ...done });
  else for (const line of reportOf(namespace, retentionDays, done)) out.line(line);
  return undefined;
}

function reportOf(
  namespace: string,
  retentionDays: number,
  { created, raisedFrom, registered, lacks }: SetupDone,
): string[] {
  const kept = `ended tasks are kept for ${retentionDays} days`;
  const lines = [
    ...(created ? [`Made the namespace ${namespace}; ${kept}.`] : []),
    ...(raisedFrom === undefined ? [] : [`Raised the retention of ${namespace}: ${kept}, not ${raisedFrom / DAY}.`]),
    ...(registered.length > 0 ? [`Registered: ${registered.join(', ')}.`] : []),
    ...(lacks.length > 0 ? [gapsText(lacks)] : []),
  ];
  return lines.length > 0 ? lines : [`The namespace ${namespace} was set up already.`];
}
