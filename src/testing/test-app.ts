import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from '@temporalio/client';
import { IllegalStateError, NativeConnection } from '@temporalio/worker';
import { App, type AppDefinition } from '../app/app';
import { DirectClient } from '../app/direct-client';
import { openArtifactStore } from '../artifacts/open';
import { TaskClient } from '../client/task-client';
import { setUpNamespace } from '../client/temporal/setup';
import { readConfig } from '../config';
import { devServerArguments } from '../embedded/dev-server';
import { findTemporalCli } from '../embedded/find-temporal';
import { clientConverter } from '../encryption/data-converter';
import { createLogger } from '../logging';
import { queuesOf } from '../tasks/queues';
import { closeConnection } from '../worker/connect';
import { installRuntime } from '../worker/runtime';
import { startWorkers } from '../worker/start';

/** How long the server may take to start, in milliseconds. */
const PATIENCE_MS = 60_000;
const LOOK_MS = 100;
const RETENTION_DAYS = 30;

export interface TestAppOptions {
  /** Settings, as environment variables. Defaults to none. */
  env?: Record<string, string>;
  /** Folder in which the Temporal command line is kept, once installed. Defaults to one in the user's cache. */
  toolsFolder?: string;
}

/** An app that runs for a test: a Temporal server, a worker of it, and a client. */
export interface TestApp {
  client: DirectClient;
  /** Everything that the direct client does not offer. */
  tasks: TaskClient;
  /** Stops the worker, as its death would; tasks wait. */
  stopWorker(): Promise<void>;
  startWorker(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Runs an app on a real Temporal server of its own, which goes away with it. Works in any test runner.
 * @throws StartError when no Temporal command line is there or can be installed, or a setting is wrong.
 */
export async function testApp(definition: AppDefinition, options: TestAppOptions = {}): Promise<TestApp> {
  quieten();
  const toolsFolder = options.toolsFolder ?? path.join(homedir(), '.cache', 'holdfast', 'tools');
  await mkdir(toolsFolder, { recursive: true });
  const folder = await mkdtemp(path.join(tmpdir(), 'holdfast-test-'));
  const config = readConfig({ HOLDFAST_HOME: folder, ...options.env });
  const app = new App(definition, config);
  const port = await freePort();
  const command = await findTemporalCli({ toolsFolder, log: () => undefined });
  const server = spawn(command, devServerArguments({ port }), { stdio: 'ignore' });
  try {
    const connection = await connected(`127.0.0.1:${port}`, server);
    const { categories, contracts, controlQueue, keys } = app;
    await setUpNamespace(connection, { namespace: 'default', retentionDays: RETENTION_DAYS, categories });
    const artifacts = openArtifactStore(config, keys);
    const dataConverter = clientConverter(keys);
    const client = new Client({ connection, identity: `test-${randomUUID()}`, dataConverter });
    const tasks = new TaskClient({ client, contracts, artifacts, categories, controlQueue, deadline: 10 });
    const pack = await app.open();
    const start = () =>
      startWorkers({
        connection,
        namespace: 'default',
        contracts,
        handlers: pack.handlers,
        artifacts,
        keys,
        categories,
        controlQueue,
        logger: createLogger('silent', 'test'),
        queues: queuesOf(contracts, categories),
        concurrency: 20,
        cachedTasks: 100,
        shutdownGrace: 5,
        shutdownForce: 2,
      });
    let workers: Awaited<ReturnType<typeof start>> | undefined = await start();
    const stopWorker = async () => {
      await workers?.shutdown();
      workers = undefined;
    };
    return {
      client: new DirectClient(tasks),
      tasks,
      stopWorker,
      startWorker: async () => {
        workers ??= await start();
      },
      close: async () => {
        await stopWorker();
        await pack.close();
        await closeConnection(connection);
        await end(server, folder);
      },
    };
  } catch (error) {
    await end(server, folder);
    throw error;
  }
}

/** Keeps the SDK's own lines out of the tests' output, unless its runtime is there already. */
function quieten(): void {
  try {
    installRuntime(createLogger('silent', 'test'));
  } catch (error) {
    if (!(error instanceof IllegalStateError)) throw error;
  }
}

async function connected(address: string, server: ChildProcess): Promise<NativeConnection> {
  for (const until = Date.now() + PATIENCE_MS; ; await sleep(LOOK_MS)) {
    try {
      return await NativeConnection.connect({ address });
    } catch (error) {
      if (server.exitCode !== null || Date.now() > until) throw error;
    }
  }
}

async function end(server: ChildProcess, folder: string): Promise<void> {
  if (server.exitCode === null && server.signalCode === null) {
    const gone = once(server, 'exit');
    server.kill();
    await gone;
  }
  await rm(folder, { recursive: true, force: true });
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as { port: number };
  probe.close();
  await once(probe, 'close');
  return port;
}
