import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, type Connection } from '@temporalio/client';
import { lazyConnection } from '../src/client/connect';
import { setUpNamespace } from '../src/client/setup';
import { devServerArguments } from '../src/embedded/dev-server';
import { findTemporalCli } from '../src/embedded/find-temporal';

/** One server, and beside each other on it: bare Temporal and Holdfast, each in a process of its own. */
export interface Stage {
  client: Client;
  /** Base URL of Holdfast's API. */
  api: string;
  /** Resident memory of the process with API and worker, in MiB. */
  memory(): number;
  /** Processor seconds that API and worker have used. */
  close(): Promise<void>;
}

const ROOT = path.join(__dirname, '..');
const READY_WITHIN_MS = 60_000;

export async function setStage(): Promise<Stage> {
  const folder = await mkdtemp(path.join(tmpdir(), 'holdfast-bench-'));
  const [temporalPort, apiPort] = [await freePort(), await freePort()];
  const cli = await findTemporalCli({ toolsFolder: path.join(ROOT, '.holdfast', 'tools'), log: console.error });
  const dbFilename = path.join(folder, 'temporal.db');
  const children = [spawn(cli, devServerArguments({ port: temporalPort, dbFilename }), { stdio: 'ignore' })];
  const address = `127.0.0.1:${temporalPort}`;
  const connection = lazyConnection({ address });
  await setUp(connection);
  const script = async (name: string, ...args: string[]) => {
    const child = await startScript(name, args);
    children.push(child);
    return child;
  };
  await script('bare-worker.ts', address);
  const app = await script('holdfast-app.ts', address, String(apiPort), path.join(folder, 'artifacts'));
  return {
    client: new Client({ connection }),
    api: `http://127.0.0.1:${apiPort}`,
    memory: () => Number(execFileSync('ps', ['-o', 'rss=', '-p', String(app.pid)], { encoding: 'utf8' })) / 1024,
    close: async () => {
      await connection.close();
      for (const child of children.reverse()) await end(child);
      await rm(folder, { recursive: true, force: true });
    },
  };
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

async function startScript(name: string, args: string[]): Promise<ChildProcess> {
  const jiti = path.join(path.dirname(require.resolve('jiti/package.json')), 'lib', 'jiti-cli.mjs');
  const child = spawn(process.execPath, [jiti, path.join(__dirname, name), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  for await (const data of child.stdout ?? []) if (String(data).includes('ready')) return child;
  throw new Error(`${name} ended before it was ready.`);
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as { port: number };
  probe.close();
  return port;
}
