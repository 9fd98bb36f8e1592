import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import type { Harness } from '../harness';
import { fixture } from './fixture';

const SHIPPED = path.join(__dirname, '..', '..', '..', 'bin', 'holdfast.js');

interface CliOptions {
  /** What it reads from standard input. Defaults to nothing. */
  input?: string;
  env?: NodeJS.ProcessEnv;
  /** The command line that ships, instead of one that knows the probes. */
  shipped?: true;
}

interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Types a command and waits for its end. */
export async function cli(harness: Harness, args: readonly string[], options: CliOptions = {}): Promise<Ended> {
  const child = startCli(harness, args, options);
  const ended: Ended = { code: null, stdout: '', stderr: '' };
  child.stdout.on('data', (text) => (ended.stdout += text));
  child.stderr.on('data', (text) => (ended.stderr += text));
  child.stdin.end(options.input ?? '');
  [ended.code] = (await once(child, 'close')) as [number | null];
  return ended;
}

/** Types a command; the test reads what it says and ends it. */
export function startCli(
  harness: Harness,
  args: readonly string[],
  { env, shipped }: CliOptions = {},
): ChildProcessWithoutNullStreams {
  return spawn(process.execPath, shipped ? [SHIPPED, ...args] : fixture('probe-cli', ...args), {
    env: {
      ...process.env,
      ...harness.env,
      HOLDFAST_ARTIFACTS: harness.artifacts.folder,
      HOLDFAST_TEMPORAL_DEADLINE: '10',
      ...env,
    },
  });
}
