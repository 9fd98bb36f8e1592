import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Connection } from '@temporalio/client';
import { lazyConnection } from '../src/client/temporal/connect';
import { setUpNamespace } from '../src/client/temporal/setup';
import { devServerArguments } from '../src/embedded/dev-server';
import { findTemporalCli } from '../src/embedded/find-temporal';

/** A Temporal server of a benchmark, on disk, set up for Holdfast. */
export interface BenchServer {
  process: ChildProcess;
  address: string;
  /** Where it serves its own metrics. */
  metricsPort: number;
  connection: Connection;
}

const ROOT = path.join(__dirname, '..');
/** Standalone activities are switched off on some servers that have them. */
const PREVIEWS = ['--dynamic-config-value', 'activity.enableStandalone=true'];
const READY_WITHIN_MS = 60_000;

/** @param folder Where it keeps its data. */
export async function startServer(folder: string): Promise<BenchServer> {
  const [port, metricsPort] = [await freePort(), await freePort()];
  const cli = await findTemporalCli({ toolsFolder: path.join(ROOT, '.holdfast', 'tools'), log: console.error });
  const dbFilename = path.join(folder, 'temporal.db');
  const args = [...devServerArguments({ port, metricsPort, dbFilename }), ...PREVIEWS];
  const child = spawn(cli, args, { stdio: 'ignore' });
  const address = `127.0.0.1:${port}`;
  const connection = lazyConnection({ address });
  await setUp(connection);
  return { process: child, address, metricsPort, connection };
}

async function setUp(connection: Connection): Promise<void> {
  for (const until = Date.now() + READY_WITHIN_MS; ; await sleep(200)) {
    try {
      const deadline = Date.now() + 2000;
      await connection.withDeadline(deadline, () =>
        setUpNamespace(connection, { namespace: 'default', retentionDays: 30, categories: {} }),
      );
      return;
    } catch (error) {
      if (Date.now() > until) throw error;
    }
  }
}

/** Starts a TypeScript program of the benchmarks; its output can be read. @param name Relative to bench/. */
export function spawnScript(name: string, args: readonly string[]): ChildProcess {
  const jiti = path.join(path.dirname(require.resolve('jiti/package.json')), 'lib', 'jiti-cli.mjs');
  return spawn(process.execPath, [jiti, path.join(__dirname, name), ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
}

/** Ends a process and waits until it is gone. */
export async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as { port: number };
  probe.close();
  return port;
}
