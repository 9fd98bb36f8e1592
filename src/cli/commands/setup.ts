import type { Command } from 'commander';
import { Gateway } from '../../client/gateway';
import { DAY, type SetupDone, setUpNamespace } from '../../client/setup';
import type { Runner } from '../runner';
import type { Session } from '../session';

/** A namespace that was just made is known to every part of the server within half a minute. */
const LONGEST_SECONDS = 45;

export function addSetup(program: Command, runner: Runner): void {
  runner
    .common(program.command('setup'))
    .summary('make the Temporal namespace ready')
    .description(
      'Makes the namespace if there is none, registers its search attributes, and raises its retention to HOLDFAST_RETENTION_DAYS. API, workers and monitor do so too when they start; doing it again is harmless.',
    )
    .addHelpText('after', '\nExample:\n  HOLDFAST_RETENTION_DAYS=60 holdfast setup')
    .action(runner.run<[], object>('setting up', (session) => setUp(session)));
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
  else for (const line of told(namespace, retentionDays, done)) out.line(line);
  return undefined;
}

function told(namespace: string, retentionDays: number, { created, raisedFrom, registered }: SetupDone): string[] {
  const kept = `ended tasks are kept for ${retentionDays} days`;
  const lines = [
    ...(created ? [`Made the namespace ${namespace}; ${kept}.`] : []),
    ...(raisedFrom === undefined ? [] : [`Raised the retention of ${namespace}: ${kept}, not ${raisedFrom / DAY}.`]),
    ...(registered.length > 0 ? [`Registered: ${registered.join(', ')}.`] : []),
  ];
  return lines.length > 0 ? lines : [`The namespace ${namespace} was set up already.`];
}
