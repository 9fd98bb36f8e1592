import type { Command } from 'commander';
import { Gateway } from '../../client/temporal/gateway';
import { readConfig } from '../../config';
import { StartError } from '../../errors';
import { type Examination, type Finding, LEVELS, type Level, messageOf, type Service } from '../doctor/check';
import { headed } from '../head';
import { Output } from '../output/output';
import type { Runner } from '../runner';
import type { CommonOptions, Session } from '../session';

const MARKS: Record<Level, string> = { ok: '✓', warning: '!', broken: '✗' };
const COLOURS = { ok: 'green', warning: 'yellow', broken: 'red' } as const;
/** Longest call to Temporal, in seconds: less than a check has. */
const LONGEST_CALL = 4;

export function addDoctor(program: Command, runner: Runner): void {
  headed(runner.common(program.command('doctor')), {
    summary: 'is everything there that tasks need?',
    description:
      'Checks Temporal, its namespace, workers, monitor, alerts, clock, disks, artifact store and mail server; changes nothing. Exit code 0: all is well; 1: warnings; 2: something is broken.',
    examples: ['holdfast doctor', 'holdfast doctor --json'],
  }).action(async (options: CommonOptions, command: Command) => {
    const wrong = wrongSettings();
    if (wrong) runner.exitCode = report(new Output(options.json === true), wrong);
    else await runner.run<[], object>('examining', (session) => doctor(session))(options, command);
  });
}

/** Without settings there is nothing to look at: not even where Temporal is. */
function wrongSettings(): Examination | undefined {
  try {
    readConfig();
    return undefined;
  } catch (error) {
    if (!(error instanceof StartError)) throw error;
    const todo = 'README.md has a table of the settings.';
    return { level: 'broken', checks: [{ name: 'settings', level: 'broken', message: error.message, todo }] };
  }
}

async function doctor(session: Session): Promise<number> {
  const { out, config, app } = session;
  // No other command needs what it loads.
  const { examine } = await import('../doctor/examine');
  return report(out, await examine({ config, keys: app.keys }, serviceOf(session)));
}

/** The TEMPORAL_ settings may name files that are not there. */
function serviceOf(session: Session): Service | Finding {
  const { config, app } = session;
  try {
    const deadline = Math.min(config.HOLDFAST_TEMPORAL_DEADLINE, LONGEST_CALL);
    const gateway = new Gateway(session.temporal.client, deadline);
    const types = app.contracts.map(({ type }) => type);
    return { config, keys: app.keys, gateway, queues: app.queues, types };
  } catch (error) {
    const todo = 'Look at the TEMPORAL_ settings, and at the file that TEMPORAL_CONFIG_FILE names.';
    return { name: 'temporal', level: 'broken', message: messageOf(error), todo };
  }
}

function report(out: Output, examination: Examination): number {
  if (out.asJson) out.json(examination);
  else show(out, examination);
  return LEVELS.indexOf(examination.level);
}

function show(out: Output, { checks }: Examination): void {
  const width = Math.max(...checks.map(({ name }) => name.length));
  for (const { name, level, message, todo } of checks) {
    const mark = out.colours[COLOURS[level]](MARKS[level]);
    out.line(`${mark} ${name.padEnd(width)}  ${message}`);
    if (todo) out.line(`${' '.repeat(width + 4)}→ ${todo}`);
  }
  const count = (level: Level) => checks.filter((check) => check.level === level).length;
  const found = [`${count('ok')} ok`, `${count('warning')} to look into`, `${count('broken')} broken`];
  out.line();
  out.line(`${found.join(', ')}.`);
}
